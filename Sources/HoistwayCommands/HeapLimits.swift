import Cmemory

/// What the C library keeps of freed memory.
enum HeapLimits {
    /// Keeps the heap of a server that is idle again, or saturated for hours, small.
    ///
    /// Each thread would else get an arena of its own, whose free blocks are of no use to the others: a delivery is
    /// taken in by one thread, written by another and decided by a third. A third of the program's own memory, and no
    /// difference to how much it takes in, in measurements. The first thread but the main one that needs memory
    /// settles the number of arenas: to be called before there is one.
    static func set() {
        // Both only advise, and always succeed for such values.
        _ = mallopt(M_ARENA_MAX, 1)
        _ = mallopt(M_TRIM_THRESHOLD, 128 << 10)
    }
}
