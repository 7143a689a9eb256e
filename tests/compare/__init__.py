"""What a change decides otherwise and who can steer what, against enumeration."""
