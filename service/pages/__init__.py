"""Pages for people: the timelines, each to be explored, and the codes that embed it elsewhere."""
