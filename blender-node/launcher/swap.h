/* Another character, asked for while the stage runs (effigy avatar use).
 *
 * Whoever asks writes the path of a file into FILE, which is removed when it has been read. The
 * answer is FILE.answer, replaced whole: its first line is the path of what is shown now, the second
 * says why what was asked for is not shown, or is empty. A stage that is started again shows what
 * the answer says. */
#ifndef EF_NODE_SWAP_H
#define EF_NODE_SWAP_H

/* file: FILE, or NULL: nobody can ask. The path asked for since the last call, or NULL; the caller
 * frees it. */
char *ef_swap_asked(const char *file);

/* The path that an earlier run showed last, or NULL; the caller frees it. */
char *ef_swap_shown_before(const char *file);

/* Tells what is shown, and why it is not what was asked for, or "". */
void ef_swap_answer(const char *file, const char *shown, const char *reason);

#endif
