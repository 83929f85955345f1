"""A graph drawn without a browser: which groups are open, where everything stands, and the picture as SVG."""
