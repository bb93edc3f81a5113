"""Live, exact, multi-tenant dashboards for the customers of your product."""

__version__ = "0.1.0"
