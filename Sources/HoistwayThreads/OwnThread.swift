import Glibc

/// A thread that ends with its work.
///
/// For work that blocks for long, and for child programs that must end with the thread that started them.
package enum OwnThread {
    /// A system without room for another thread may have room a moment later.
    private static let tries = 100
    private static let pause: UInt32 = 10_000

    /// Returns once the thread is running.
    ///
    /// - Parameter name: for `ps` and `perf`; at most 15 bytes are kept.
    package static func start(named name: String, _ work: @escaping @Sendable () -> Void) {
        let task = Unmanaged.passRetained(ThreadWork(name: name, work: work))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        for _ in 0..<tries {
            let status = pthread_create(&thread, &attributes, { ThreadWork.run($0) }, task.toOpaque())
            if status == 0 { return }
            usleep(pause)
        }
        fatalError("the system has no room for another thread")
    }
}

private final class ThreadWork: Sendable {
    private let name: String
    private let work: @Sendable () -> Void

    init(name: String, work: @escaping @Sendable () -> Void) {
        self.name = name
        self.work = work
    }

    /// - Parameter argument: a retained task.
    static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { preconditionFailure("a thread without work") }
        let task = Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue()
        task.showName()
        task.work()
        return nil
    }

    /// Sets the name as `pthread_setname_np` does, which Swift does not offer.
    ///
    /// Without `/proc` the thread has the program's name.
    private func showName() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(file, bytes, bytes.count)
        close(file)
    }
}
