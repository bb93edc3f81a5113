"""Identity providers of the installation and of orgs (OpenID Connect)."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from dashapp.store.tables.metadata import METADATA

providers = Table(
    "providers",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE")),  # null: of all orgs
    Column("name", String(100), nullable=False),
    Column("issuer", String(500), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("sealed", Text),  # the client's secret; null for public clients
    Column("role_claim", String(100)),
    Column("roles", JSON, nullable=False, server_default="{}"),  # of its values
    Column("joins_as", String(20)),  # the role of people who join by themselves; null: nobody does
    Column("is_only_way", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_providers_org_id", "org_id", unique=True),
)

# Mail domains of orgs, set by the vendor only. A domain belongs to at most one org.
sign_on_domains = Table(
    "sign_on_domains",
    METADATA,
    Column("domain", String(253), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_sign_on_domains_org_id", "org_id"),
)

# Who a provider says a user is. Another issuer is another identity.
identities = Table(
    "identities",
    METADATA,
    Column(
        "provider", String(16), ForeignKey("providers.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("ix_identities_user_id", "user_id"),
)

# Sign-ons that wait for the provider's answer. Each is used once, by the browser that began it.
sign_ons = Table(
    "sign_ons",
    METADATA,
    Column("state_digest", String(64), primary_key=True),
    Column("browser_digest", String(64), nullable=False),
    Column("provider", String(16), ForeignKey("providers.id", ondelete="CASCADE"), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("purpose", String(20), nullable=False),  # sign_in or link
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE")),
    Column("subject", JSON),  # what the provider said, while the person proves an account
    Column("next", String(500), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_sign_ons_created_at", "created_at"),
)

# Metadata and keys of providers, as they were fetched.
provider_documents = Table(
    "provider_documents",
    METADATA,
    Column("url", String(1000), primary_key=True),
    Column("body", Text, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
    Column("tried_at", BigInteger, nullable=False),  # later than that if fetching it failed
)
