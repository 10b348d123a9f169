/*
 * The wall clock of a program, some seconds off; by LD_PRELOAD.
 *
 * How many is the number (int64_t, the machine's byte order) that the file STEPPED_CLOCK holds; who
 * writes it steps the clock at once. Nothing else may be called in here: an allocator may ask for
 * the time before it can allocate.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t none = 0;
static const volatile int64_t *step = &none;

__attribute__((constructor)) static void find_step(void) {
  const char *path = getenv("STEPPED_CLOCK");
  int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    void *content = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (content != MAP_FAILED) {
      step = content;
    }
    close(file);
  }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int status = (int)syscall(SYS_clock_gettime, clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += *step;
  }
  return status;
}

int gettimeofday(struct timeval *now, void *zone) {
  (void)zone;
  struct timespec precise;
  int status = clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return status;
}

time_t time(time_t *seconds) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (seconds != NULL) {
    *seconds = precise.tv_sec;
  }
  return precise.tv_sec;
}
