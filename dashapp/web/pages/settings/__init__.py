"""The pages on which owners and admins manage their org. They work without scripts."""
