"""What people read: the report as a page and on paper, its sentences, its methods, what to be careful about."""
