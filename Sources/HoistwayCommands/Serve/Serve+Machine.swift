import Dispatch
import HoistwayGit
import HoistwaySettings
import Logging

/// What a server finds on its machine, and repairs there.
extension Serve {
    /// What an operator has to know of the machine before anything runs.
    static func prepare(_ settings: Settings, log: Logger) throws -> OpenFiles {
        let files = OpenFiles.raise(for: settings.webhooks.maxConnections)
        if files.connections < settings.webhooks.maxConnections {
            let needed = settings.webhooks.maxConnections + OpenFiles.reserve
            log.warning(
                "fewer connections are served at a time than webhooks.maxConnections says: the limit of open files is low",
                metadata: [
                    "connections": "\(files.connections)", "files.limit": "\(files.limit)",
                    "hint": "raise the hard limit (LimitNOFILE of the unit, ulimit -Hn) to \(needed)",
                ]
            )
        }
        let folder = StateFolder(path: settings.state.folder, database: settings.state.databasePath)
        for line in try folder.prepare() {
            log.warning("the state was open to other users", metadata: ["repaired": "\(line)"])
        }
        if let line = try PrivateDirectory(path: settings.git.cachePath, role: .cache).prepare() {
            log.warning(
                "the cache of Git objects was open to other users",
                metadata: [
                    "repaired": "\(line)",
                    "hint": "if others may have written into it, stop hoistway and delete it; it is fetched again",
                ]
            )
        }
        return files
    }

    /// Beside the start: the folder for temporary files may contain any number of files of others.
    static func removeLeftKeys(log: Logger) {
        DispatchQueue.global(qos: .utility).async {
            let keys = RemoteBook.removeLeftKeys()
            guard keys > 0 else { return }
            log.warning(
                "private keys of ssh that a killed server had left were removed",
                metadata: ["count": "\(keys)"]
            )
        }
    }
}
