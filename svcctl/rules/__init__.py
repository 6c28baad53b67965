"""What follows from the words: deadlines, hand-offs, stages, criteria, offers. Pure."""
