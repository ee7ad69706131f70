import Glibc

/// The number of the child's present input, in memory that it shares with its parent.
///
/// It stays after a crash of the child: so the parent knows the input.
struct Progress: @unchecked Sendable {
    // A word of shared memory: one process writes, another reads; an old value is harmless.
    private let word: UnsafeMutablePointer<UInt64>

    init?() {
        let pages = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        guard let pages, pages != MAP_FAILED else { return nil }
        word = pages.bindMemory(to: UInt64.self, capacity: 1)
        word.pointee = 0
    }

    var number: UInt64 {
        get { word.pointee }
        nonmutating set { word.pointee = newValue }
    }
}
