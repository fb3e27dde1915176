/* Where the learned models that come with Effigy lie: in the source tree or installed. */
#ifndef EF_MODEL_FILE_H
#define EF_MODEL_FILE_H

/* Returns the path of a file of models/, found relative to this program; when there is none, the
 * path where it should be, so that opening it tells. The caller frees. */
char *ef_model_file(const char *name);

#endif
