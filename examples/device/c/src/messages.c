#include "messages.h"

#include <glib.h>

/* Prints the message into memory of g_malloc, and frees it. */
static char *to_json(cJSON *message)
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
    return to_json(message);
}

char *message_candidate(const char *to, const char *candidate, unsigned index, const char *mid)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "to", to);
    cJSON_AddStringToObject(message, "candidate", candidate);
    cJSON_AddNumberToObject(message, "sdpMLineIndex", index);
    if (mid != NULL) cJSON_AddStringToObject(message, "sdpMid", mid);
    return to_json(message);
}

const char *string_field(const cJSON *message, const char *field)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, field));
}
