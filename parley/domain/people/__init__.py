"""What a service knows of people, and how that changes."""
