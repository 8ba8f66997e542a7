#include "messages.h"

#include <glib.h>

/* In memory of g_malloc, as everything else here. */
static char *take(cJSON *message)
{
    char *text = cJSON_PrintUnformatted(message);
    char *copy = g_strdup(text);

    cJSON_free(text);
    cJSON_Delete(message);
    return copy;
}

char *message_answer(const char *to, const char *sdp)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "type", "answer");
    cJSON_AddStringToObject(message, "to", to);
    cJSON_AddStringToObject(message, "sdp", sdp);
    return take(message);
}

char *message_candidate(const char *to, const char *candidate, unsigned index, const char *mid)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "to", to);
    cJSON_AddStringToObject(message, "candidate", candidate);
    cJSON_AddNumberToObject(message, "sdpMLineIndex", index);
    if (mid != NULL) cJSON_AddStringToObject(message, "sdpMid", mid);
    return take(message);
}

const char *text_of(const cJSON *message, const char *field)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, field));
}
