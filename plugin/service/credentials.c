// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/credentials.h"

#include "base/paths.h"
#include "service/reply.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

void
bl_credentials_wipe(BlCredentials* const credentials)
{
  explicit_bzero(credentials, sizeof(*credentials));
}

static bool
is_key(const char* const text)
{
  const size_t length = text ? strlen(text) : 0;
  if (!length || length >= BL_KEY_BYTES) {
    return false;
  }
  for (size_t i = 0; i < length; ++i) {
    if (text[i] <= ' ' || text[i] == 0x7F) {
      return false; // It would break the header's line
    }
  }
  return true;
}

/// Overwrites every text; leaves one list of all items, good for deleting
static void
wipe_json(cJSON* const root)
{
  cJSON* last = root;
  for (cJSON* item = root; item; item = item->next) {
    if (item->valuestring) {
      explicit_bzero(item->valuestring, strlen(item->valuestring));
    }
    while (last->next) {
      last = last->next;
    }
    last->next  = item->child;
    item->child = NULL;
  }
}

static void
free_json(cJSON* const root)
{
  wipe_json(root);
  cJSON_Delete(root);
}

static BlStatus
check_file(const char* const path)
{
  struct stat info;
  const int   fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return errno == ENOENT || errno == ENOTDIR ? BL_NO_KEY
                                               : bl_status_from_errno(errno);
  }

  BlStatus st = BL_SUCCESS;
  if (fstat(fd, &info)) {
    st = bl_status_from_errno(errno);
  } else if (!S_ISREG(info.st_mode)) {
    st = BL_BAD_FILE;
  } else if (info.st_mode & (S_IRWXG | S_IRWXO)) {
    st = BL_KEY_EXPOSED;
  }
  close(fd);
  return st;
}

static BlStatus
read_file(const char* const path, cJSON** const root)
{
  char*    text = NULL;
  size_t   size = 0;
  BlStatus st   = BL_SUCCESS;

  *root = NULL;
  if ((st = check_file(path)) ||
      (st = bl_path_read_file(path, BL_CREDENTIALS_BYTES, &text, &size))) {
    return st;
  }

  *root = bl_json_parse(text, size);
  explicit_bzero(text, size);
  free(text);
  if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(*root, "keys"))) {
    free_json(*root);
    *root = NULL;
    return BL_BAD_CONFIG;
  }
  return BL_SUCCESS;
}

static bool
lists_host(const cJSON* const hosts, const char* const host)
{
  const cJSON* item = NULL;
  cJSON_ArrayForEach(item, hosts)
  {
    const char* const text = cJSON_GetStringValue(item);
    if (text && !strcasecmp(text, host)) {
      return true;
    }
  }
  return false;
}

/// The entry whose key may go to both hosts of the endpoint
static cJSON*
find_entry(const cJSON* const root, const BlEndpoint* const endpoint)
{
  const cJSON* const keys = cJSON_GetObjectItemCaseSensitive(root, "keys");
  cJSON*             item = NULL;
  cJSON_ArrayForEach(item, keys)
  {
    const cJSON* const hosts = cJSON_GetObjectItemCaseSensitive(item, "hosts");
    if (lists_host(hosts, endpoint->api_host) &&
        lists_host(hosts, endpoint->upload_host)) {
      return item;
    }
  }
  return NULL;
}

static bool
copy_key(char               out[BL_KEY_BYTES],
         const cJSON* const entry,
         const char* const  name)
{
  const char* const text =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, name));
  if (!is_key(text)) {
    return false;
  }
  memcpy(out, text, strlen(text) + 1);
  return true;
}

static bool
from_environment(const BlEndpoint* const endpoint,
                 BlCredentials* const    credentials)
{
  const char* const key     = getenv("BACKLINE_API_KEY");
  const char* const service = getenv("BACKLINE_SERVICE");
  if (!key || !is_key(key) || !service || strcmp(service, endpoint->name)) {
    return false;
  }
  if (!endpoint->builtin && bl_dialect_find(service)) {
    return false; // The configuration leads this name to another's host
  }
  memcpy(credentials->key, key, strlen(key) + 1);
  return true;
}

BlStatus
bl_credentials_find(const BlEndpoint* const endpoint,
                    BlCredentials* const    credentials)
{
  memset(credentials, 0, sizeof(*credentials));
  const bool given = from_environment(endpoint, credentials);

  char     path[BL_PATH_BYTES];
  cJSON*   root = NULL;
  BlStatus st   = BL_SUCCESS;
  if ((st = bl_path_credentials(path, sizeof(path))) ||
      (st = read_file(path, &root))) {
    return given ? BL_SUCCESS : st;
  }

  const cJSON* const entry = find_entry(root, endpoint);
  if (!given && !copy_key(credentials->key, entry, "key")) {
    st = BL_NO_KEY;
  }
  copy_key(credentials->webhook_key, entry, "webhook_key");
  free_json(root);
  return st;
}

static BlStatus
write_file(const char* const path, const cJSON* const root)
{
  char dir[BL_PATH_BYTES];
  memcpy(dir, path, strlen(path) + 1);
  *strrchr(dir, '/') = '\0';

  BlStatus st = bl_path_make_dir(dir);
  if (st) {
    return st;
  }

  char* const text = cJSON_Print(root);
  if (!text) {
    return BL_NO_MEM;
  }
  st = bl_path_write_file(path, text, strlen(text), 0600u);
  explicit_bzero(text, strlen(text));
  cJSON_free(text);
  return st;
}

static cJSON*
new_entry(const BlEndpoint* const endpoint)
{
  cJSON* const entry = cJSON_CreateObject();
  cJSON* const hosts = cJSON_AddArrayToObject(entry, "hosts");
  cJSON_AddStringToObject(entry, "service", endpoint->name);
  cJSON_AddItemToArray(hosts, cJSON_CreateString(endpoint->api_host));
  if (strcmp(endpoint->api_host, endpoint->upload_host)) {
    cJSON_AddItemToArray(hosts, cJSON_CreateString(endpoint->upload_host));
  }
  return entry;
}

BlStatus
bl_credentials_store(const BlEndpoint* const endpoint, const char* const key)
{
  if (!is_key(key)) {
    return BL_BAD_FIELD;
  }

  char     path[BL_PATH_BYTES];
  cJSON*   root = NULL;
  BlStatus st   = bl_path_credentials(path, sizeof(path));
  if (!st && (st = read_file(path, &root)) == BL_NO_KEY) {
    root = cJSON_CreateObject();
    st   = cJSON_AddArrayToObject(root, "keys") ? BL_SUCCESS : BL_NO_MEM;
  }
  if (st) {
    free_json(root);
    return st;
  }

  cJSON* entry = find_entry(root, endpoint);
  if (!entry) {
    entry = new_entry(endpoint);
    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(root, "keys"), entry);
  }
  cJSON_DeleteItemFromObjectCaseSensitive(entry, "key");
  st = cJSON_AddStringToObject(entry, "key", key) ? write_file(path, root)
                                                  : BL_NO_MEM;
  free_json(root);
  return st;
}

BlStatus
bl_credentials_remove(const BlEndpoint* const endpoint)
{
  char     path[BL_PATH_BYTES];
  cJSON*   root = NULL;
  BlStatus st   = BL_SUCCESS;
  if ((st = bl_path_credentials(path, sizeof(path))) ||
      (st = read_file(path, &root))) {
    return st;
  }

  cJSON* const entry = find_entry(root, endpoint);
  if (entry) {
    cJSON* const keys = cJSON_GetObjectItemCaseSensitive(root, "keys");
    free_json(cJSON_DetachItemViaPointer(keys, entry));
    st = write_file(path, root);
  } else {
    st = BL_NO_KEY;
  }
  free_json(root);
  return st;
}
