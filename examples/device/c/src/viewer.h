#ifndef VIEWER_H
#define VIEWER_H

#include <glib.h>

/* The connection with one viewer: sends the video, and counts what it receives. */
typedef struct Viewer Viewer;

typedef struct {
    /* "host:port", or NULL. */
    char *stun;
    /* An answer waits until it contains all candidates. */
    gboolean gather;
} ViewerSettings;

/* Answers an offer. Reports an error and returns NULL if that is not possible. */
Viewer *viewer_new(const char *peer, const char *offer, const ViewerSettings *settings);

/* Adds a candidate of the viewer to the media section with this index. */
void viewer_add_candidate(Viewer *viewer, unsigned index, const char *candidate);

/* Closes the connection. */
void viewer_free(Viewer *viewer);

#endif
