"""What the vendor's keys do with an org's data: usage, embed sessions, a person's data, exports."""
