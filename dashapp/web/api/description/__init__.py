"""The operations of the OpenAPI description."""
