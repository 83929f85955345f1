"""Drawings of the rows that `cutaway.model.rows` made. A renderer only formats."""
