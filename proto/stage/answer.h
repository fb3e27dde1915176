/* Answers of a running stage to requests of the command effigy.
 *
 * A request is FILE in the runtime folder, which the stage removes. The answer is FILE.answer. */
#ifndef EF_ANSWER_H
#define EF_ANSWER_H

/* Replaces FILE.answer as a whole by text. On a full disk there is no answer, and the command reports
 * a timeout. */
void ef_answer(const char *file, const char *text);

#endif
