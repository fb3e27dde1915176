/* A request for another character while the stage runs (effigy avatar use).
 *
 * The request is FILE, with the path of a character; it is removed once it has been read. The answer
 * is FILE.answer, replaced as a whole: its first line is the path of the character that is shown now,
 * the second says why the requested one is not shown, or is empty. A stage that is restarted shows the
 * character of the answer. */
#ifndef EF_NODE_SWAP_H
#define EF_NODE_SWAP_H

/* The path requested since the last call, or NULL; the caller frees it. file: FILE, or NULL: requests
 * are off. */
char *ef_swap_asked(const char *file);

/* The path that an earlier run showed last, or NULL; the caller frees it. */
char *ef_swap_shown_before(const char *file);

/* Writes the answer: what is shown, and why it is not what was requested, or "". */
void ef_swap_answer(const char *file, const char *shown, const char *reason);

#endif
