#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// Every function of libcurl that is used: its return type, its name without the prefix, its parameters.
#define FUNCTIONS(X)                                                                                      \
  X(CURLcode, global_init, (long))                                                                        \
  X(CURL *, easy_init, (void))                                                                            \
  X(void, easy_cleanup, (CURL *))                                                                         \
  X(CURLcode, easy_pause, (CURL *, int))                                                                  \
  X(const char *, easy_strerror, (CURLcode))                                                              \
  X(CURLcode, easy_setopt, (CURL *, CURLoption, ...))                                                     \
  X(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...))                                                      \
  X(struct curl_slist *, slist_append, (struct curl_slist *, const char *))                               \
  X(void, slist_free_all, (struct curl_slist *))                                                          \
  X(CURLM *, multi_init, (void))                                                                          \
  X(CURLMcode, multi_cleanup, (CURLM *))                                                                  \
  X(CURLMcode, multi_add_handle, (CURLM *, CURL *))                                                       \
  X(CURLMcode, multi_remove_handle, (CURLM *, CURL *))                                                    \
  X(CURLMcode, multi_perform, (CURLM *, int *))                                                           \
  X(CURLMcode, multi_poll, (CURLM *, struct curl_waitfd *, unsigned int, int, int *))                     \
  X(CURLMcode, multi_wakeup, (CURLM *))                                                                   \
  X(CURLMsg *, multi_info_read, (CURLM *, int *))

#define DECLARE(type, name, parameters) static type(*curl_##name##_p) parameters;
FUNCTIONS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(failure, sizeof failure, "%s", dlerror());
    return;
  }
#define FIND(type, name, parameters)                                                                      \
  curl_##name##_p = (type(*) parameters)dlsym(library, "curl_" #name);                                    \
  if (!curl_##name##_p) {                                                                                 \
    snprintf(failure, sizeof failure, "it is too old: it has no 'curl_" #name "'");                       \
    return;                                                                                               \
  }
  FUNCTIONS(FIND)
  CURLcode code = curl_global_init_p(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) snprintf(failure, sizeof failure, "%s", curl_easy_strerror_p(code));
}

const char *ccurl_load(void) {
  pthread_once(&once, load);
  return failure[0] ? failure : NULL;
}

CURL *ccurl_easy_init(void) { return curl_easy_init_p(); }

void ccurl_easy_cleanup(CURL *easy) { curl_easy_cleanup_p(easy); }

CURLcode ccurl_easy_pause(CURL *easy, int mask) { return curl_easy_pause_p(easy, mask); }

const char *ccurl_easy_strerror(CURLcode code) { return curl_easy_strerror_p(code); }

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt_p(easy, option, value);
}

CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt_p(easy, option, value);
}

CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt_p(easy, option, value);
}

CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return curl_easy_setopt_p(easy, option, value);
}

CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt_p(easy, option, value);
}

CURLcode ccurl_set_receive(CURL *easy, CURLoption option, ccurl_receive function) {
  return curl_easy_setopt_p(easy, option, function);
}

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo_p(easy, info, value);
}

CURLcode ccurl_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo_p(easy, info, value);
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text) {
  return curl_slist_append_p(list, text);
}

void ccurl_slist_free_all(struct curl_slist *list) { curl_slist_free_all_p(list); }

CURLM *ccurl_multi_init(void) { return curl_multi_init_p(); }

CURLMcode ccurl_multi_cleanup(CURLM *multi) { return curl_multi_cleanup_p(multi); }

CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *easy) {
  return curl_multi_add_handle_p(multi, easy);
}

CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *easy) {
  return curl_multi_remove_handle_p(multi, easy);
}

CURLMcode ccurl_multi_perform(CURLM *multi, int *running) {
  return curl_multi_perform_p(multi, running);
}

CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms) {
  return curl_multi_poll_p(multi, NULL, 0, timeout_ms, NULL);
}

CURLMcode ccurl_multi_wakeup(CURLM *multi) { return curl_multi_wakeup_p(multi); }

CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read_p(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
