/// A delivery that cannot be read because its body, or its event header, is not in the sender's format.
///
/// Another reading gives the same result.
package protocol SenderFault: Error {}
