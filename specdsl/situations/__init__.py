"""What a situation is, and how one, or a region of them, is written and made small."""
