"""The control plane: the vendor's keys manage orgs, their keys, members, origins and boards."""
