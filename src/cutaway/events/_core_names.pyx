# Part of _core.pyx: decode: names of tags and plug-ins, each kept once.

cdef struct Name:
    const uint8_t* start
    uint64_t length
    uint64_t hash

cdef struct Names:
    Array names
    int32_t* slots
    size_t slot_count

# Unknown to writers of files, so that names cannot be chosen to collide.
cdef uint64_t hash_seed = int.from_bytes(os.urandom(8), "little")


cdef inline uint64_t hash_name(const uint8_t* start, uint64_t length) noexcept nogil:
    cdef uint64_t result = hash_seed ^ length
    while length >= 8:
        result = (result ^ load_uint64(start)) * <uint64_t>0x9E3779B97F4A7C15
        result ^= result >> 29
        start += 8
        length -= 8
    while length:
        result = (result ^ start[0]) * <uint64_t>0x9E3779B97F4A7C15
        start += 1
        length -= 1
    return (result ^ result >> 32) * <uint64_t>0xD6E8FEB86659FD93


cdef bint grow_slots(Names* names) noexcept nogil:
    cdef size_t slot_count = names.slot_count * 2 if names.slot_count else 256
    cdef int32_t* slots = <int32_t*>calloc(slot_count, sizeof(int32_t))
    cdef Name* known = <Name*>names.names.items
    cdef size_t i, slot
    if slots == NULL:
        return False
    for i in range(names.names.count):
        slot = (known[i].hash >> 32) & (slot_count - 1)
        while slots[slot]:
            slot = (slot + 1) & (slot_count - 1)
        slots[slot] = <int32_t>(i + 1)
    free(names.slots)
    names.slots = slots
    names.slot_count = slot_count
    return True


cdef int32_t intern_name(Names* names, const uint8_t* start, uint64_t length) noexcept nogil:
    """The number of a name, the same for equal bytes; -1 when there is no memory. The bytes are not copied."""
    cdef uint64_t hash = hash_name(start, length)
    cdef size_t slot
    cdef Name* name
    if (names.names.count + 1) * 2 > names.slot_count and not grow_slots(names):
        return -1
    slot = (hash >> 32) & (names.slot_count - 1)
    while names.slots[slot]:
        name = <Name*>names.names.items + (names.slots[slot] - 1)
        if name.hash == hash and name.length == length and memcmp(name.start, start, length) == 0:
            return names.slots[slot] - 1
        slot = (slot + 1) & (names.slot_count - 1)
    name = <Name*>array_add(&names.names)
    if name == NULL:
        return -1
    name.start = start
    name.length = length
    name.hash = hash
    names.slots[slot] = <int32_t>names.names.count
    return names.slots[slot] - 1


cdef str name_text(Names* names, size_t i):
    cdef Name* name = <Name*>names.names.items + i
    return PyBytes_FromStringAndSize(<const char*>name.start, name.length).decode("utf-8", "replace")
