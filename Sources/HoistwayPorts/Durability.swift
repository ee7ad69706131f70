/// Which failures a commit survives after it has returned.
package enum Durability: Sendable {
    /// The commit is written. It is on the disk with the next commit of ``disk``, or within
    /// ``StateStore/longestUnsynced``: it survives the end of the program, and from that moment also that of the
    /// machine.
    ///
    /// For changes that can be decided again from data that is already on the disk.
    case program
    /// The commit is on the disk, with all commits before it: it survives the end of the machine.
    case disk
}
