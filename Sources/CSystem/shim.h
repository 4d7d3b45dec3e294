// What glibc has and Swift's Glibc module does not show: functions that need _GNU_SOURCE, and variadic ones.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

extern int accept4(int socket, struct sockaddr *address, socklen_t *address_length, int flags);
extern int pipe2(int pipefd[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);

// open(2)'s flag for a descriptor that only names a file; <fcntl.h> shows it with _GNU_SOURCE alone.
static const int system_o_path = 010000000;

// renameat2(2) needs _GNU_SOURCE: the two names change places, or nothing is replaced.
extern int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
extern int syncfs(int descriptor);
static const unsigned system_rename_noreplace = 1;
static const unsigned system_rename_exchange = 2;

// Begins to write a file's content to the disk, without waiting for it (SYNC_FILE_RANGE_WRITE is 2).
extern int sync_file_range(int descriptor, long long offset, long long count, unsigned flags);
static inline int system_begin_writing(int descriptor) { return sync_file_range(descriptor, 0, 0, 2); }

// pidfd_open(2); no wrapper in glibc 2.36's <unistd.h>.
static inline int system_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

// prctl(2) is variadic.
static inline int system_set_child_subreaper(int on) { return prctl(PR_SET_CHILD_SUBREAPER, on, 0, 0, 0); }

// POSIX_SPAWN_SETSID and F_SETPIPE_SZ need _GNU_SOURCE.
enum { system_spawn_setsid = 0x80, system_set_pipe_size = 1031 };

// Copies the whole of one open file to another: shares its blocks where the file system can, and lets the kernel copy
// otherwise. Returns 0, or -1 with errno.
#ifndef FICLONE
#define FICLONE _IOW(0x94, 9, int)
#endif
extern ssize_t copy_file_range(int from, long long *from_offset, int to, long long *to_offset, size_t length, unsigned flags);
static inline int system_copy_file(int from, int to) {
  if (ioctl(to, FICLONE, from) == 0) return 0;
  for (;;) {
    ssize_t count = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0);
    if (count > 0) continue;
    if (count == 0) break;
    if (errno == EINTR) continue;
    if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM) return -1;
    break;
  }
  // Some file systems refuse the calls above, and some special ones claim success at 0 bytes: read what is left.
  for (;;) {
    char buffer[1 << 16];
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return (int)count;
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, buffer + done, (size_t)(count - done));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return -1;
      done += written;
    }
  }
}

// The time since 1970. Which module Swift finds `timespec` in depends on what else a file happens to import.
static inline long system_realtime_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

// Flags of <sys/socket.h> and <sys/epoll.h> that Swift sees as enums of several kinds, or not at all.
static const int system_sock_nonblock_cloexec = SOCK_NONBLOCK | SOCK_CLOEXEC;
static const int system_epoll_cloexec = EPOLL_CLOEXEC;
static const unsigned system_epollin = EPOLLIN;
static const unsigned system_epollrdhup = EPOLLRDHUP;
