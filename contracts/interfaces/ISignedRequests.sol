// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice One actor's authorisation of one request.
/// @dev The signed digest is EIP-712: the request's own fields, then `uint256 nonce`, then `uint64 deadline`.
/// Several actors may authorise the same digest; then each gives the same nonce and deadline.
struct Authorisation {
    address actor; // Whose act this is: a secp256k1 address, or the last 20 bytes of keccak256(x, y) of a P-256 key.
    uint256 nonce; // Unordered: any number that this actor has not used with this contract.
    uint64 deadline; // Unix seconds UTC; the last second in which the request may be recorded.
    bytes signature; // secp256k1: r, s, v (65 bytes). P-256: x, y, r, s (128 bytes) over SHA-256 of the digest.
}

/// @notice What a contract says about requests: who signed them, and why one was not recorded.
interface ISignedRequests {
    /// @notice Emitted by `submit` for a call that failed; that call left no trace, its nonce is unused.
    /// @param index Position of the call in the submitted list, from 0.
    /// @param reason The revert data of the call: a custom error's selector and arguments.
    event CallFailed(uint256 index, bytes reason);

    /// @notice Emitted by a bulk function for an item that was not recorded.
    /// @param index Position of the item in the list, from 0.
    /// @param reason Selector of the custom error that a single call would have reverted with.
    event ItemRefused(uint256 index, bytes4 reason);

    error RequestExpired(uint64 deadline, uint256 blockTime);
    error RequestNonceUsed(address actor, uint256 nonce);
    error RequestSignerMismatch(address actor, bytes32 digest);
    error RequestSignatureMalformed(uint256 length);
    error RequestAuthorisationMissing(uint256 given, uint256 needed);
    error RequestListsDiffer(uint256 requests, uint256 authorisations);
    error RequestTimeInFuture(uint64 occurredAt, uint256 blockTime);
    error SubmitNeedsGas(uint256 index, uint256 available, uint256 needed);
    error SubmitNotNested(uint256 index);

    /// @notice Runs many actions as calls of the contract to itself; a call that fails undoes only itself.
    /// @dev Reverts as a whole when the gas left could make a valid call fail, so that nobody can burn another's
    /// request by sending too little: each call first needs a base amount and `CALL_GAS_PER_BYTE` of its length, and
    /// one that ran out of gas all the same undoes the whole.
    /// @param calls ABI-encoded calls of functions of this contract, `submit` itself excepted.
    function submit(bytes[] calldata calls) external;

    /// @notice Whether `actor` has used `nonce` with this contract.
    function nonceUsed(address actor, uint256 nonce) external view returns (bool);
}
