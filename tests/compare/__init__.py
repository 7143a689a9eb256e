"""What a change decides otherwise, against enumeration."""
