# Part of _core.pyx: graph_nodes: the nodes of a graph as columns.

cdef struct GraphNode:
    Span whole
    Span name
    size_t first_input
    size_t first_output
    size_t first_call
    uint64_t mark
    int32_t dtype  # TensorFlow's number, 0 when it is not known
    int32_t name_number
    int32_t op  # a number among the words
    int32_t device

cdef struct GraphInput:
    Span text
    int32_t producer
    int32_t output

cdef struct GraphOutput:
    size_t first_size
    bint is_known  # how many axes it has

cdef struct GraphCall:
    int32_t attribute  # numbers among the words
    int32_t function

cdef struct GraphOther:
    Span whole
    int64_t field

cdef struct GraphReader:
    const uint8_t* data  # what offsets count from
    uint64_t left  # nodes, inputs, outputs and sizes that may still come
    Array nodes
    Array inputs
    Array outputs
    Array sizes  # int64, those of all outputs
    Array calls
    Array others
    Names names
    Names words  # of ops and devices, which are few, and of functions

# As in kernel_types.
cdef enum:
    NO_NODE = -1
    CONTROL = -1

cdef const uint8_t* SHAPES_KEY = <const uint8_t*>b"_output_shapes"
cdef const uint8_t* DTYPE_KEY = <const uint8_t*>b"dtype"
cdef const uint8_t* CAST_KEY = <const uint8_t*>b"DstT"
cdef const uint8_t* OUT_KEY = <const uint8_t*>b"out_type"
cdef const uint8_t* OUTPUT_KEY = <const uint8_t*>b"output_type"


def graph_nodes(const uint8_t[::1] data not None, uint32_t field, uint64_t most):
    """See ``core.graph_nodes``."""
    cdef GraphReader reader
    cdef const uint8_t* start = &data[0] if data.shape[0] else NOTHING
    cdef Outcome outcome
    cdef bint is_small
    memset(&reader, 0, sizeof(GraphReader))
    reader.data = start
    reader.left = most
    reader.nodes.item_size = sizeof(GraphNode)
    reader.inputs.item_size = sizeof(GraphInput)
    reader.outputs.item_size = sizeof(GraphOutput)
    reader.sizes.item_size = sizeof(int64_t)
    reader.calls.item_size = sizeof(GraphCall)
    reader.others.item_size = sizeof(GraphOther)
    reader.names.names.item_size = reader.words.names.item_size = sizeof(Name)
    try:
        with nogil:
            outcome = read_graph(&reader, start, start + data.shape[0], field << 3 | 2)
            is_small = reader.left != <uint64_t>-1
        if outcome == NO_MEMORY:
            raise MemoryError
        if not is_small:
            raise MalformedError(f"the graph has more than {most:,} nodes, inputs, sizes and calls")
        if outcome == MALFORMED:
            raise MalformedError("the nodes of the graph are cut short or no messages")
        return graph_columns(&reader)
    finally:
        free(reader.nodes.items)
        free(reader.inputs.items)
        free(reader.outputs.items)
        free(reader.sizes.items)
        free(reader.calls.items)
        free(reader.others.items)
        free(reader.names.names.items)
        free(reader.names.slots)
        free(reader.words.names.items)
        free(reader.words.slots)


cdef Outcome read_graph(GraphReader* reader, const uint8_t* cursor, const uint8_t* end, uint32_t key) noexcept nogil:
    cdef Field field
    cdef Outcome outcome
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key != key:
            outcome = note_other(reader, &field)
        else:
            outcome = read_node(reader, &field)
        if outcome != DONE:
            return outcome
    resolve_inputs(reader)
    return DONE


cdef Outcome note_other(GraphReader* reader, const Field* field) noexcept nogil:
    """Note where a field is that holds no node, when it is a message."""
    cdef GraphOther* other
    if field.key & 7 != 2:
        return DONE
    if not may_add(reader):
        return MALFORMED
    other = <GraphOther*>array_add(&reader.others)
    if other == NULL:
        return NO_MEMORY
    other.field = field.key >> 3
    other.whole.start = field.start - reader.data
    other.whole.length = field.length
    return DONE


cdef inline bint may_add(GraphReader* reader) noexcept nogil:
    """Count one more of what may come; ``left`` is the largest number when there were too many."""
    if reader.left == 0:
        reader.left = <uint64_t>-1
        return False
    reader.left -= 1
    return True


cdef Outcome read_node(GraphReader* reader, const Field* message) noexcept nogil:
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef GraphNode* node = NULL
    cdef GraphInput* given
    cdef const uint8_t* begin
    cdef Field field, name, op, device, shapes
    cdef size_t first_input = reader.inputs.count, first_output = reader.outputs.count
    cdef size_t first_call = reader.calls.count
    cdef int32_t dtype = 0
    cdef int rank = 0
    cdef uint32_t ordered = 0, unordered = 0
    cdef Outcome outcome
    if not may_add(reader):
        return MALFORMED
    memset(&name, 0, sizeof(Field))
    memset(&op, 0, sizeof(Field))
    memset(&device, 0, sizeof(Field))
    memset(&shapes, 0, sizeof(Field))
    name.start = op.start = device.start = shapes.start = message.start
    while cursor < end:
        begin = cursor
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == (5 << 3 | 2):
            unordered += crc32c_continued(0, begin, cursor - begin)
            outcome = read_attribute(reader, &field, &shapes, &dtype, &rank)
            if outcome != DONE:
                return outcome
            continue
        ordered = crc32c_continued(ordered, begin, cursor - begin)
        if field.key == (1 << 3 | 2):
            name = field
        elif field.key == (2 << 3 | 2):
            op = field
        elif field.key == (4 << 3 | 2):
            device = field
        elif field.key == (3 << 3 | 2):
            if not may_add(reader):
                return MALFORMED
            given = <GraphInput*>array_add(&reader.inputs)
            if given == NULL:
                return NO_MEMORY
            given.text.start = field.start - reader.data
            given.text.length = field.length
    outcome = read_output_shapes(reader, &shapes)
    if outcome != DONE:
        return outcome
    node = <GraphNode*>array_add(&reader.nodes)
    if node == NULL:
        return NO_MEMORY
    node.whole.start = message.start - reader.data
    node.whole.length = message.length
    node.name.start = name.start - reader.data
    node.name.length = name.length
    node.first_input = first_input
    node.first_output = first_output
    node.first_call = first_call
    node.mark = <uint64_t>ordered << 32 | unordered
    node.dtype = dtype
    node.name_number = intern_name(&reader.names, name.start, name.length)
    node.op = intern_name(&reader.words, op.start, op.length)
    node.device = intern_name(&reader.words, device.start, device.length)
    return NO_MEMORY if node.name_number < 0 or node.op < 0 or node.device < 0 else DONE


cdef int32_t find_name(const Names* names, const uint8_t* start, uint64_t length) noexcept nogil:
    """The number of a name; -1 when it is not there."""
    cdef uint64_t hash
    cdef size_t slot
    cdef const Name* name
    if names.slot_count == 0:
        return -1
    hash = hash_name(start, length)
    slot = (hash >> 32) & (names.slot_count - 1)
    while names.slots[slot]:
        name = <const Name*>names.names.items + (names.slots[slot] - 1)
        if name.hash == hash and name.length == length and memcmp(name.start, start, length) == 0:
            return names.slots[slot] - 1
        slot = (slot + 1) & (names.slot_count - 1)
    return -1


cdef void resolve_inputs(GraphReader* reader) noexcept nogil:
    """Which node each input comes from: by numbers of names, which `graph_columns` turns into those of nodes."""
    cdef GraphInput* inputs = <GraphInput*>reader.inputs.items
    cdef const uint8_t* start
    cdef uint64_t length, colon, i
    cdef int32_t output
    cdef size_t place
    for place in range(reader.inputs.count):
        start = reader.data + inputs[place].text.start
        length = inputs[place].text.length
        inputs[place].output = 0
        if length and start[0] == c"^":
            inputs[place].output = CONTROL
            start += 1
            length -= 1
        inputs[place].producer = find_name(&reader.names, start, length)
        if inputs[place].producer >= 0:
            continue
        # A name, and which of its outputs: `name:1`, in a function's body `name:output:1`.
        colon = 0
        while colon < length and start[colon] != c":":
            colon += 1
        if colon == length:
            continue
        inputs[place].producer = find_name(&reader.names, start, colon)
        if inputs[place].output == CONTROL:
            continue
        output = 0
        i = length
        while i > colon + 1 and start[i - 1] != c":":
            i -= 1
        while i < length and c"0" <= start[i] <= c"9" and output < 100_000_000:
            output = output * 10 + (start[i] - c"0")
            i += 1
        if i == length:
            inputs[place].output = output


cdef graph_columns(GraphReader* reader):
    cdef size_t count = reader.nodes.count, input_count = reader.inputs.count, output_count = reader.outputs.count, i
    cdef size_t call_count = reader.calls.count, other_count = reader.others.count
    cdef GraphNode* nodes = <GraphNode*>reader.nodes.items
    cdef GraphInput* inputs = <GraphInput*>reader.inputs.items
    cdef GraphOutput* outputs = <GraphOutput*>reader.outputs.items
    cdef GraphCall* calls = <GraphCall*>reader.calls.items
    cdef GraphOther* others = <GraphOther*>reader.others.items
    spans_array = np.empty((4, count), np.int64)
    words_array = np.empty((3, count), np.int32)
    starts_array = np.empty((3, count + 1), np.int64)
    marks_array = np.empty(count, np.uint64)
    calls_array = np.empty((2, call_count), np.int32)
    others_array = np.empty((3, other_count), np.int64)
    texts_array = np.empty((2, input_count), np.int64)
    from_array = np.empty((2, input_count), np.int32)
    size_starts_array = np.empty(output_count + 1, np.int64)
    known_array = np.empty(output_count, np.bool_)
    sizes_array = np.empty(reader.sizes.count, np.int64)
    first_array = np.full(reader.names.names.count, NO_NODE, np.int32)
    cdef int64_t[:, ::1] spans = spans_array, texts = texts_array, starts = starts_array, other = others_array
    cdef uint64_t[::1] marks = marks_array
    cdef int64_t[::1] size_starts = size_starts_array, sizes = sizes_array
    cdef int32_t[:, ::1] words = words_array, from_ = from_array, called = calls_array
    cdef int32_t[::1] first = first_array
    cdef uint8_t[::1] known = known_array.view(np.uint8)
    with nogil:
        for i in range(count):
            spans[0, i] = nodes[i].name.start
            spans[1, i] = nodes[i].name.length
            spans[2, i] = nodes[i].whole.start
            spans[3, i] = nodes[i].whole.length
            words[0, i] = nodes[i].op
            words[1, i] = nodes[i].device
            words[2, i] = nodes[i].dtype
            starts[0, i] = nodes[i].first_input
            starts[1, i] = nodes[i].first_output
            starts[2, i] = nodes[i].first_call
            marks[i] = nodes[i].mark
            if first[nodes[i].name_number] == NO_NODE:
                first[nodes[i].name_number] = <int32_t>i
        starts[0, count] = input_count
        starts[1, count] = output_count
        starts[2, count] = call_count
        for i in range(input_count):
            texts[0, i] = inputs[i].text.start
            texts[1, i] = inputs[i].text.length
            from_[0, i] = first[inputs[i].producer] if inputs[i].producer >= 0 else NO_NODE
            from_[1, i] = inputs[i].output
        for i in range(output_count):
            size_starts[i] = outputs[i].first_size
            known[i] = outputs[i].is_known
        for i in range(call_count):
            called[0, i] = calls[i].attribute
            called[1, i] = calls[i].function
        for i in range(other_count):
            other[0, i] = others[i].field
            other[1, i] = others[i].whole.start
            other[2, i] = others[i].whole.length
        size_starts[output_count] = reader.sizes.count
        if reader.sizes.count:
            memcpy(&sizes[0], reader.sizes.items, reader.sizes.count * sizeof(int64_t))
    return GraphNodes(
        [name_text(&reader.words, i) for i in range(reader.words.names.count)],
        spans_array[0:2], words_array[0], words_array[1], words_array[2], spans_array[2:4],
        starts_array[0], from_array[0], from_array[1], texts_array,
        starts_array[1], size_starts_array, known_array, sizes_array,
        starts_array[2], calls_array[0], calls_array[1], marks_array, others_array,
    )
