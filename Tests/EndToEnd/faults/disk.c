/* A disk that can be watched and hurt: preloaded into the server, it records every change of the files below a folder,
 * and fails, delays or holds calls when the test says so. Only names that begin with DISK_PATH count; "-shm" files do
 * not: they are memory.
 *
 * DISK_PATH     the beginning of the names of the files, and, without its last part, the folder of them
 * DISK_LOG      file of the record; without it nothing is recorded
 * DISK_CONTROL  file of `struct control`, mapped by the test too
 *
 * The record, one write(2) in O_APPEND each, so that the test may add marks of its own: type (1 byte), file (1),
 * number (8), length (4), then as many bytes; little-endian.
 *   'o' a file was created or opened: number 1 if created, bytes: its name
 *   'w' bytes were written at offset `number`        't' the file was cut or grown to `number` bytes
 *   's' a sync of the file began, 'S' it ended: both with the sync's number
 *   'd' and 'D' the same for the folder              'u' the file's name was removed
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OP_WRITE = 1, OP_SYNC = 2, OP_TRUNCATE = 4, OP_OPEN = 8 };
enum { FOLDER = 255, NONE = -1, DESCRIPTORS = 65536, FILES = 64 };

struct control {
  volatile int32_t ops;       /* which calls fail, a sum of OP_… */
  volatile int32_t countdown; /* the how manieth of them, from 1 */
  volatile int32_t error;     /* errno of it */
  volatile int32_t persists;  /* 1: every later one fails as well, until ops is 0 */
  volatile int32_t delay_us;  /* every sync takes so much longer */
  volatile int32_t hits;      /* how many calls failed */
  volatile int32_t seen;      /* how many calls of `ops` came by */
  volatile int32_t half;      /* 1: a write that fails has written half of its bytes */
  volatile int32_t holds;     /* 1: writes hang until it is 0 */
  volatile int32_t held;      /* how many writes have hung */
  volatile int64_t clock_s;   /* seconds that the clock of the day is off */
};

static const char *prefix;
static size_t prefix_length;
static char folder[PATH_MAX];
static int log_fd = -1;
static struct control *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char names[FILES][PATH_MAX];
static int name_count;
static int16_t file_of[DESCRIPTORS]; /* file number + 1 by descriptor; 0: not watched */
static uint64_t sync_count;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  prefix = getenv("DISK_PATH");
  if (!prefix) return;
  prefix_length = strlen(prefix);
  strncpy(folder, prefix, sizeof folder - 1);
  char *slash = strrchr(folder, '/');
  if (slash) *slash = 0;
  const char *path = getenv("DISK_CONTROL");
  if (path) {
    int fd = REAL(open)(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
      void *at = mmap(0, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      if (at != MAP_FAILED) control = at;
      REAL(close)(fd);
    }
  }
  path = getenv("DISK_LOG");
  if (path) log_fd = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  unsetenv("LD_PRELOAD");
}

static void record(char type, int file, uint64_t number, const void *bytes, uint32_t length) {
  if (log_fd < 0) return;
  unsigned char head[14];
  head[0] = (unsigned char)type;
  head[1] = (unsigned char)file;
  memcpy(head + 2, &number, 8);
  memcpy(head + 10, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  if (writev(log_fd, parts, length ? 2 : 1) != (ssize_t)(sizeof head + length)) abort();
}

static int failing(int op) {
  if (!control || !(control->ops & op)) return 0;
  __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
  int left = __atomic_sub_fetch(&control->countdown, 1, __ATOMIC_SEQ_CST);
  if (left > 0 || (left < 0 && !control->persists)) return 0;
  __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
  return control->error;
}

static int watched(const char *path) {
  if (!prefix || !path || strncmp(path, prefix, prefix_length)) return 0;
  size_t length = strlen(path);
  return length < 4 || strcmp(path + length - 4, "-shm");
}

static int number_of(const char *path) {
  for (int i = 0; i < name_count; i++)
    if (!strcmp(names[i], path)) return i;
  if (name_count == FILES) abort();
  strncpy(names[name_count], path, PATH_MAX - 1);
  return name_count++;
}

static int file(int fd) { return fd >= 0 && fd < DESCRIPTORS ? file_of[fd] - 1 : NONE; }

static int opened(const char *path, int flags, int mode) {
  int is_folder = prefix && path && !strcmp(path, folder);
  if (!is_folder && !watched(path)) return REAL(open)(path, flags, mode);
  if (!is_folder) {
    int error = failing(OP_OPEN);
    if (error) return errno = error, -1;
  }
  pthread_mutex_lock(&lock);
  int created = (flags & O_CREAT) && access(path, F_OK) != 0;
  int fd = REAL(open)(path, flags, mode);
  if (fd >= 0 && fd < DESCRIPTORS) {
    if (is_folder) {
      file_of[fd] = FOLDER + 1;
    } else {
      int number = number_of(path);
      file_of[fd] = (int16_t)(number + 1);
      record('o', number, (uint64_t)created, path, (uint32_t)strlen(path));
    }
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name)                                                   \
  int name(const char *path, int flags, ...) {                       \
    int mode = 0;                                                    \
    if (flags & (O_CREAT | O_TMPFILE)) {                             \
      va_list list;                                                  \
      va_start(list, flags);                                         \
      mode = va_arg(list, int);                                      \
      va_end(list);                                                  \
    }                                                                \
    return opened(path, flags, mode);                                \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < DESCRIPTORS) file_of[fd] = 0;
  return REAL(close)(fd);
}

static void hang(void) {
  if (!control || !control->holds) return;
  __atomic_add_fetch(&control->held, 1, __ATOMIC_SEQ_CST);
  while (control->holds) usleep(1000);
}

static ssize_t written(int fd, const void *bytes, size_t count, off_t offset) {
  hang();
  int error = failing(OP_WRITE);
  if (error && !(control->half && count > 1)) return errno = error, -1;
  if (error) count /= 2;
  pthread_mutex_lock(&lock);
  ssize_t done = REAL(pwrite64)(fd, bytes, count, offset);
  if (done > 0) record('w', file(fd), (uint64_t)offset, bytes, (uint32_t)done);
  pthread_mutex_unlock(&lock);
  if (error) return errno = error, -1;
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return file(fd) >= 0 ? written(fd, bytes, count, offset) : REAL(pwrite)(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return file(fd) >= 0 ? written(fd, bytes, count, offset) : REAL(pwrite64)(fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (file(fd) < 0) return REAL(write)(fd, bytes, count);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = written(fd, bytes, count, at);
  if (done > 0) lseek(fd, at + done, SEEK_SET);
  return done;
}

static int cut(int fd, off_t length) {
  int error = failing(OP_TRUNCATE);
  if (error) return errno = error, -1;
  pthread_mutex_lock(&lock);
  int result = REAL(ftruncate64)(fd, length);
  if (result == 0) record('t', file(fd), (uint64_t)length, 0, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t length) { return file(fd) >= 0 ? cut(fd, length) : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return file(fd) >= 0 ? cut(fd, length) : REAL(ftruncate64)(fd, length); }

static int synced(int fd, int (*real)(int)) {
  int number = file(fd), is_folder = number == FOLDER;
  int error = failing(OP_SYNC);
  if (error) return errno = error, -1;
  pthread_mutex_lock(&lock);
  uint64_t id = ++sync_count;
  record(is_folder ? 'd' : 's', number, id, 0, 0);
  pthread_mutex_unlock(&lock);
  if (control && control->delay_us) usleep((useconds_t)control->delay_us);
  int result = real(fd);
  if (result == 0) {
    pthread_mutex_lock(&lock);
    record(is_folder ? 'D' : 'S', number, id, 0, 0);
    pthread_mutex_unlock(&lock);
  }
  return result;
}

int fsync(int fd) { return file(fd) >= 0 ? synced(fd, REAL(fsync)) : REAL(fsync)(fd); }
int fdatasync(int fd) { return file(fd) >= 0 ? synced(fd, REAL(fdatasync)) : REAL(fdatasync)(fd); }

int unlink(const char *path) {
  if (!watched(path)) return REAL(unlink)(path);
  pthread_mutex_lock(&lock);
  int result = REAL(unlink)(path);
  if (result == 0) record('u', number_of(path), 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = REAL(clock_gettime)(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME && control) time->tv_sec += control->clock_s;
  return result;
}
