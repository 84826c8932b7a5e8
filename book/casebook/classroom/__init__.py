"""What only a room uses; nothing of the other floors imports it."""
