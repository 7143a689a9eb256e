"""The reference interpreter against the definition, sentence by sentence."""
