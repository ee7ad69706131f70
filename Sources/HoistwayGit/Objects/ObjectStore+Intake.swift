import HoistwayModel
import HoistwayPorts

/// A pack on its way in: kept in memory while it is small, handed to an indexer when it grows.
struct PackIntake {
    var buffer: [UInt8] = []
    var indexer: PackIndexer?
    /// Bytes so far.
    var size = 0
}

extension ObjectStore {
    /// Takes the next piece of a pack.
    func append(_ piece: ArraySlice<UInt8>, to id: IntakeID) throws(GitFailure) {
        guard var intake = intakes.removeValue(forKey: id) else { return }
        intake.size += piece.count
        guard intake.size <= limits.disk else {
            throw .tooLarge(url: "the remote", what: "a pack of more than \(limits.disk) bytes")
        }
        if let indexer = intake.indexer {
            try translated { () throws(GitError) in try indexer.append(piece) }
        } else {
            intake.buffer.append(contentsOf: piece)
            if intake.buffer.count > limits.smallPack { try moveToIndexer(&intake) }
        }
        intakes[id] = intake
    }

    /// Says that the pack is complete: its objects can be read from now on.
    func finish(_ id: IntakeID) throws(GitFailure) {
        guard var intake = intakes.removeValue(forKey: id) else { return }
        if intake.indexer == nil {
            if intake.buffer.isEmpty { return }
            do {
                let reader = PackReader(limit: limits.smallContent) { self.object($0) }
                take(try reader.objects(in: intake.buffer))
                return
            } catch .badTrailer {
                throw .protocolViolation(url: "the remote", detail: PackError.badTrailer.detail)
            } catch {
                // Too large unpacked, or stranger than what is read in memory: libgit2 has the last word.
                try moveToIndexer(&intake)
            }
        }
        guard let indexer = intake.indexer else { return }
        try translated { () throws(GitError) in _ = try indexer.commit() }
        openPacks()
        tidyDisk()
    }

    /// Forgets a pack that will not be completed.
    func abandon(_ id: IntakeID) {
        intakes[id] = nil
    }

    private func moveToIndexer(_ intake: inout PackIntake) throws(GitFailure) {
        let buffer = intake.buffer
        intake.buffer = []
        intake.indexer = try translated { () throws(GitError) in
            let indexer = try PackIndexer(folder: packFolder())
            try indexer.append(buffer)
            return indexer
        }
    }

    private func translated<Value>(_ body: () throws(GitError) -> Value) throws(GitFailure) -> Value {
        do { return try body() } catch { throw error.failure }
    }
}
