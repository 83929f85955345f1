# Every target does its own set-up: `make demo` and `make test` work in a fresh clone with Python >= 3.11.
#
#   TORCH_INDEX=URL   where to take PyTorch from first (for its CPU build, where the default would be the CUDA one)
#   PYTHON=python3.12 which Python makes .venv
#   DEMO_ARGS="..."   arguments of `cutaway demo`
#   SECONDS=600       how long `make fuzz` takes; TARGETS="..." chooses some

PYTHON ?= python3
TORCH_VERSION ?= 2.13.0
SECONDS ?= 600
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMPS := $(VENV)/stamps
PYTEST := $(BIN)/python -m pytest
NATIVE := $(wildcard src/cutaway/events/*.pyx src/cutaway/events/*.h)
BACKEND := build_backend/backend.py build_backend/web_build.py
WEB := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

# Tests start some hundred processes, each of which would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-web test-web-coverage lint types bench bench-large fuzz docs browser clean help
.DELETE_ON_ERROR:

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: $(STAMPS)/package $(STAMPS)/torch ## train a small network and watch it in the browser
	@$(BIN)/cutaway demo $(DEMO_ARGS)

test: $(STAMPS)/package $(STAMPS)/test browser test-web ## every test but the slow ones
	$(PYTEST) -n 2 --dist loadgroup -m "not slow" tests

test-all: export CUTAWAY_THOROUGH = yes
test-all: $(STAMPS)/package $(STAMPS)/test $(STAMPS)/frameworks $(STAMPS)/tensorflow $(STAMPS)/vision $(STAMPS)/integrations $(STAMPS)/ray browser test-web-coverage ## the slow tests too, property tests at length, and which lines were run: build/coverage
	HYPOTHESIS_PROFILE=thorough $(PYTEST) -n 2 --dist loadgroup -m "not alone" --cov --cov-report= tests
	$(PYTEST) -m alone tests
	$(BIN)/python -m coverage html --quiet
	$(BIN)/python -m coverage report

test-web: $(STAMPS)/package
	$(BIN)/python build_backend/web_build.py run test

test-web-coverage: $(STAMPS)/package
	$(BIN)/python build_backend/web_build.py run coverage

lint: $(STAMPS)/package $(STAMPS)/lint ## ruff, biome, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python build_backend/web_build.py run lint

types: $(STAMPS)/package $(STAMPS)/lint $(STAMPS)/test ## mypy --strict, tsc
	$(BIN)/mypy
	$(BIN)/python build_backend/web_build.py run typecheck

bench: $(STAMPS)/package $(STAMPS)/test $(STAMPS)/peers browser ## ours against its peers; rewrites benchmarks/README.md
	$(BIN)/python -m benchmarks

bench-large: $(STAMPS)/package $(STAMPS)/test $(STAMPS)/peers browser ## the same on the largest logs
	$(BIN)/python -m benchmarks --large

fuzz: $(STAMPS)/package $(STAMPS)/fuzz ## hostile input against the kernel under sanitizers, for SECONDS=600 in all; needs clang
	$(BIN)/python -m fuzz $(SECONDS) $(TARGETS)

docs: $(STAMPS)/package $(STAMPS)/docs ## the documentation, into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

clean: ## everything that was made, .venv too
	rm -rf $(VENV) build dist src/*.egg-info src/cutaway/_static src/cutaway/events/_core.c web/node_modules docs/_build
	rm -f src/cutaway/events/*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up -------------------------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"Python 3.11 or newer is needed; {sys.executable} is {v.major}.{v.minor}")'
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -q --upgrade "pip>=25.1"
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/build: $(STAMPS)/venv pyproject.toml
	@echo "installing what the build needs"
	@$(PIP) install -q --group build
	@touch $@

# Editable, so that the checkout is what runs; without isolation, so that Cython and Node are installed once.
$(STAMPS)/package: $(STAMPS)/build pyproject.toml setup.py $(BACKEND) $(NATIVE) $(WEB)
	@echo "building Cutaway: the native kernel and the page"
	@$(PIP) install -q --no-build-isolation -e .
	@touch $@

# PyTorch's CPU build where one is to be had, else what the index has: the CUDA build is some gigabytes more.
$(STAMPS)/torch: $(STAMPS)/venv
	@echo "installing PyTorch $(TORCH_VERSION) and scikit-learn"
	@$(PIP) install -q $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) "torch==$(TORCH_VERSION)+cpu" 2>/dev/null \
		|| $(PIP) install -q "torch==$(TORCH_VERSION)"
	@$(PIP) install -q "scikit-learn>=1.3"
	@touch $@

$(STAMPS)/test: $(STAMPS)/torch pyproject.toml
	@echo "installing what the tests need, and what is measured against"
	@$(PIP) install -q --group test
	@touch $@

$(STAMPS)/frameworks: $(STAMPS)/test pyproject.toml
	@echo "installing ONNX, Keras, JAX and Flax, for the tests of their models"
	@$(PIP) install -q --group frameworks
	@touch $@

$(STAMPS)/lint: $(STAMPS)/venv pyproject.toml
	@echo "installing the linters"
	@$(PIP) install -q --group lint
	@touch $@

# A venv of its own: TensorFlow and PyTorch want different versions of what both need.
$(STAMPS)/tensorflow: $(STAMPS)/venv
	@echo "installing TensorFlow and JAX, for the tests of their values"
	@$(PYTHON) -m venv $(VENV)/tensorflow
	@$(VENV)/tensorflow/bin/python -m pip --disable-pip-version-check install -q "tensorflow-cpu>=2.21" jax pillow tensorboard
	@touch $@

# Another one, and another version of PyTorch: torchvision has a PyTorch that it goes with, 5 GB in all.
$(STAMPS)/vision: $(STAMPS)/venv
	@echo "installing torchvision and timm, for the tests of their models"
	@$(PYTHON) -m venv $(VENV)/vision
	@$(VENV)/vision/bin/python -m pip --disable-pip-version-check install -q torch==2.14.1 torchvision==0.29.1 timm
	@touch $@

# And one for what the benchmarks compare with, and that brings libraries of its own.
$(STAMPS)/peers: $(STAMPS)/venv
	@echo "installing tb-like and s3fs, for the benchmarks"
	@$(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check install -q tb-like==0.3.6 s3fs==2026.9.0
	@touch $@

# And one for the frameworks that train, at the versions that the integrations name as tested.
$(STAMPS)/integrations: $(STAMPS)/venv
	@echo "installing Lightning, stable-baselines3 and others, for the tests of the integrations"
	@$(PYTHON) -m venv $(VENV)/integrations
	@$(VENV)/integrations/bin/python -m pip --disable-pip-version-check install -q $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) "torch==$(TORCH_VERSION)+cpu" 2>/dev/null \
		|| $(VENV)/integrations/bin/python -m pip --disable-pip-version-check install -q "torch==$(TORCH_VERSION)"
	@$(VENV)/integrations/bin/python -m pip --disable-pip-version-check install -q lightning==2.6.6 stable-baselines3==2.9.2 \
		accelerate==1.15.0 transformers==5.24.0 pytorch-ignite==0.5.5 keras==3.15.1 jax tensorboard tensorboardX matplotlib \
		pillow rich starlette uvicorn
	@touch $@

# And one for Ray, which only runs a function of ours on other machines.
$(STAMPS)/ray: $(STAMPS)/venv
	@echo "installing Ray, for the test of compaction on a cluster"
	@$(PYTHON) -m venv $(VENV)/ray
	@$(VENV)/ray/bin/python -m pip --disable-pip-version-check install -q ray==2.60.0 pyarrow numpy
	@touch $@

$(STAMPS)/fuzz: $(STAMPS)/build pyproject.toml
	@echo "installing the fuzzer"
	@$(PIP) install -q --group fuzz
	@touch $@

$(STAMPS)/docs: $(STAMPS)/venv pyproject.toml
	@echo "installing what builds the documentation"
	@$(PIP) install -q --group docs
	@touch $@

browser:
	@sh build_backend/browser.sh
