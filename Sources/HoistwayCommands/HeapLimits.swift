import Cmemory

/// How much freed memory the C library keeps.
enum HeapLimits {
    /// Keeps the heap small: of a server that is idle again, and of one that is saturated for hours.
    ///
    /// Without a limit each thread would get an arena of its own. Free blocks of one arena are of no use to the others.
    /// But one thread takes a delivery in, another writes it, and a third decides it. Two arenas and not one: while
    /// manifests and state are read, threads wait for each other's arena. With one, a start with 15,000 stages took
    /// 6.7 s and not 4.3 s, and the memory was the same: 246 MB, and 11 MB of an instance without stages after 12,000
    /// webhooks. The first thread but the main one that needs memory settles the number of arenas, so this is to be
    /// called before there is one.
    static func set() {
        // Both calls only advise, and always succeed for such values.
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_TRIM_THRESHOLD, 128 << 10)
    }
}
