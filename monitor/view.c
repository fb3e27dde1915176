#include "monitor/view.h"

#include <czmq.h>
#include <inttypes.h>

#include "monitor/draw.h"
#include "monitor/inset.h"

void ef_view_init(ef_view_t *view)
{
	view->jpeg = ef_jpeg_new();
}

void ef_view_finish(ef_view_t *view)
{
	ef_jpeg_destroy(&view->jpeg);
	ef_canvas_finish(&view->frame);
	ef_canvas_finish(&view->canvas);
}

static void draw_face(ef_view_t *view, const ef_face_t *face, const ef_fit_t *fit)
{
	float pts[2 * EF_LANDMARKS];
	float box[4] = {face->box[0] * fit->scale + fit->x, face->box[1] * fit->scale + fit->y,
		face->box[2] * fit->scale, face->box[3] * fit->scale};

	for (int i = 0; i < 2 * EF_LANDMARKS; i++) {
		pts[i] = face->pts[i] * fit->scale + (i % 2 == 0 ? fit->x : fit->y);
	}
	ef_draw_box(&view->canvas, box);
	ef_draw_landmarks(&view->canvas, pts);
	ef_inset_draw(&view->canvas, &view->frame, face->pts);
}

static void draw_caption(ef_view_t *view, const ef_message_t *frame, const ef_message_t *face)
{
	char text[64];

	if (face == NULL) {
		snprintf(text, sizeof(text), "%" PRIu64 " no tracker", frame->head.seq);
	} else if (face->face.state == EF_TRACKED) {
		snprintf(text, sizeof(text), "%" PRIu64 " tracked %.2f", frame->head.seq,
			(double)face->face.score);
	} else {
		snprintf(text, sizeof(text), "%" PRIu64 " %s", frame->head.seq,
			ef_state_name(face->face.state));
	}
	ef_draw_caption(&view->canvas, text);
}

int ef_view_draw(ef_view_t *view, const ef_message_t *frame, const ef_message_t *face)
{
	const char *why = NULL;
	ef_fit_t fit;

	if (ef_picture_read(view->jpeg, &frame->image, &view->frame, &why) != 0) {
		ef_warn_limited(&view->limiter, "cannot decode frame %" PRIu64 ": %s",
			frame->head.seq, why != NULL ? why : "libyuv cannot convert it");
		return -1;
	}
	if (view->size.w == 0) {
		view->size = (ef_size_t){view->frame.w, view->frame.h};
	}
	if (ef_canvas_room(&view->canvas, view->size.w, view->size.h) == -1) {
		zsys_error("cannot draw frame %" PRIu64 ": out of memory", frame->head.seq);
		return -1;
	}
	fit = ef_picture_fit(&view->frame, &view->canvas);
	ef_canvas_written(&view->frame);
	ef_canvas_written(&view->canvas);
	if (face != NULL && face->face.state == EF_TRACKED) {
		draw_face(view, &face->face, &fit);
	}
	draw_caption(view, frame, face);
	return 0;
}
