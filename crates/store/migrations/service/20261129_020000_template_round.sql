-- Which reading of an account's templates is going on: one that took too long must not undo what the next one has read.

ALTER TABLE template_reading ADD COLUMN round {{text}};
