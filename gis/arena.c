/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/arena.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

#define BLOCK_SIZE ((size_t)256 * 1024)

struct arena_block {
	struct arena_block *next;
	double memory[];
};

void *arena_take(struct arena *arena, size_t size)
{
	void *taken;

	size = (size + 7) & ~(size_t)7;
	if (size > arena->size - arena->used) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		struct arena_block *block = x_malloc(sizeof(*block) + room);

		block->next = arena->blocks;
		arena->blocks = block;
		arena->size = room;
		arena->used = 0;
	}
	taken = (char *)arena->blocks->memory + arena->used;
	arena->used += size;
	return taken;
}

char *arena_text(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_take(arena, size), text, size);
}

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	*arena = (struct arena){0};
}
