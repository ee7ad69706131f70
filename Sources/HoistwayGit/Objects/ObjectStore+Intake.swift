import HoistwayModel
import HoistwayPorts

/// A pack that is being received: in memory while it is small, in a file when it grows.
struct PackIntake {
    /// The pack was requested with its whole history.
    var isWhole: Bool
    var buffer: [UInt8] = []
    var file: PackFile?
    /// Bytes so far.
    var size = 0
}

extension ObjectStore {
    /// Takes the next piece of a pack.
    func append(_ piece: ArraySlice<UInt8>, to id: IntakeID) throws(GitFailure) {
        guard var intake = intakes.removeValue(forKey: id) else { return }
        intake.size += piece.count
        guard intake.size <= limits.disk else {
            throw .tooLarge(url: Self.nameless, what: "a pack of more than \(limits.disk) bytes")
        }
        if let file = intake.file {
            try translated { () throws(GitError) in try file.append(piece) }
        } else {
            intake.buffer.append(contentsOf: piece)
            if intake.buffer.count > limits.smallPack { try moveToFile(&intake) }
        }
        intakes[id] = intake
    }

    /// Ends a complete pack: its objects can be read from now on.
    func finish(_ id: IntakeID) throws(GitFailure) {
        guard var intake = intakes.removeValue(forKey: id) else { return }
        do throws(PackError) {
            if intake.file == nil {
                if intake.buffer.isEmpty { return }
                do throws(PackError) {
                    let reader = PackReader(limit: limits.smallContent) { self.object($0) }
                    take(try reader.objects(in: intake.buffer))
                    return
                } catch {
                    // A small pack with more content than may be in memory.
                    guard error == .tooLarge else { throw error }
                }
            }
        } catch {
            throw error.failure(url: Self.nameless)
        }
        if intake.file == nil { try moveToFile(&intake) }
        guard let file = intake.file else { return }
        let places: [PackFile.Place]
        do { places = try file.read(isWhole: intake.isWhole) } catch { throw error.failure(url: Self.nameless) }
        try translated { () throws(GitError) in _ = try file.install(places) }
        openPacks()
        tidyDisk()
    }

    /// Forgets a pack that will not be completed.
    func abandon(_ id: IntakeID) {
        intakes[id] = nil
    }

    private func moveToFile(_ intake: inout PackIntake) throws(GitFailure) {
        let buffer = intake.buffer
        intake.buffer = []
        intake.file = try translated { () throws(GitError) in
            let file = try PackFile(folder: packFolder())
            try file.append(buffer)
            return file
        }
    }

    private func translated<Value>(_ body: () throws(GitError) -> Value) throws(GitFailure) -> Value {
        do { return try body() } catch { throw error.failure }
    }
}
