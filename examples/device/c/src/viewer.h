#ifndef VIEWER_H
#define VIEWER_H

#include <glib.h>

/* One connection with one viewer: it is shown the picture, and what it sends is counted. */
typedef struct Viewer Viewer;

typedef struct {
    /* As "host:port", or NULL. */
    char *stun;
    /* Whether an answer waits until it has all its candidates in it. */
    gboolean gather;
} ViewerSettings;

/* Answers an offer. NULL where it cannot be answered, which is told. */
Viewer *viewer_new(const char *peer, const char *offer, const ViewerSettings *settings);

/* A candidate of the viewer's, for the media section with this index. */
void viewer_add_candidate(Viewer *viewer, unsigned index, const char *candidate);

/* Ends the connection, and all that belongs to it. */
void viewer_free(Viewer *viewer);

#endif
