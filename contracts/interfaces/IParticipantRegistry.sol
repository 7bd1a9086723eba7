// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Authorisation} from "./ISignedRequests.sol";

/// @dev Roles are bits; a participant may hold several.
uint16 constant ROLE_SELLER = 1;
uint16 constant ROLE_CARRIER = 2;
uint16 constant ROLE_INSPECTOR = 4;
uint16 constant ROLE_CUSTOMS_BROKER = 8;
uint16 constant ROLE_ARBITRATOR = 16;
uint16 constant ROLE_WITNESS = 32;

/// @dev Categories of reasons: whose fault a return is, or what else a reason explains.
uint8 constant CATEGORY_CHANGE_OF_MIND = 1;
uint8 constant CATEGORY_SELLER_FAULT = 2;
uint8 constant CATEGORY_CARRIER_FAULT = 3;
uint8 constant CATEGORY_DECLINE = 4;
uint8 constant CATEGORY_CORRECTION = 5;

/// @dev The one subject of this contract's history.
bytes32 constant REGISTRY_SUBJECT = bytes32("registry");

/// @notice Admits a participant under a new number. Signed by the council.
struct AdmitParticipant {
    uint32 participant; // Its number; 0 is reserved for "no participant".
    uint16 roles; // ROLE_* bits.
    bytes32 directory; // Salted commitment to its entry in the members' directory (name, address), off chain.
}

/// @notice Replaces the roles of a participant. Signed by the council.
struct SetRoles {
    uint32 participant;
    uint16 roles; // ROLE_* bits.
}

/// @notice Suspends or reinstates a participant. Signed by the council.
struct SetSuspension {
    uint32 participant;
    bool suspended;
}

/// @notice Lets an address act for a participant from now on. Signed by the council.
struct AddKey {
    uint32 participant;
    address key;
    bool inCustody; // Whether a server holds the key for its owner.
}

/// @notice Ends a key: nothing by it is recorded from now on; what it signed before stays. Signed by the council.
struct EndKey {
    address key;
}

/// @notice Lists a contract of this deployment, so that a viewer finds it. Signed by the council.
struct ListContract {
    bytes32 kind; // ASCII name, for example "ReturnLedger", left-aligned.
    address at;
}

/// @notice A reason, by its number; the category never changes, as fees follow from it.
struct Reason {
    uint16 reason; // Its number; 0 is reserved for "none".
    uint8 category; // CATEGORY_*.
    bytes32 handle; // ASCII name, for example "size_too_small", left-aligned.
}

/// @notice Adds reasons to the registry of reasons. Signed by the council.
struct DefineReasons {
    Reason[] reasons;
}

/// @notice Members, roles, keys, and what sellers left unpaid; the only source of who may speak for whom.
interface IParticipantRegistry {
    event CouncilSeated(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, address[] members, uint8 threshold
    );
    event ParticipantAdmitted(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        uint16 roles,
        bytes32 directory
    );
    event RolesSet(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, uint16 roles
    );
    event SuspensionSet(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, bool suspended
    );
    event KeyAdded(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        address key,
        bool inCustody
    );
    event KeyEnded(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, address key
    );
    event ContractListed(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, bytes32 kind, address at
    );

    event ReasonsDefined(bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, Reason[] reasons);

    /// @dev `subject` is the participant's record, `request` is NO_REQUEST. A ruled or agreed debt was not paid in time.
    event DefaultRecorded(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        uint32 participant,
        bytes32 returnId,
        bytes3 currency,
        uint256 owedMinor
    );
    /// @dev Of such a debt, too: it was paid later, as its seller attests, its buyer confirms or an escrow shows.
    event DefaultSettled(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, uint32 participant, bytes32 returnId
    );

    error CouncilInvalid(uint256 members, uint256 threshold);
    error CouncilMemberRepeated(address member);
    error CouncilNotMember(address actor);
    error ParticipantInvalid(uint32 participant);
    error ParticipantExists(uint32 participant);
    error ParticipantUnknown(uint32 participant);
    error ParticipantSuspended(uint32 participant);
    error ParticipantMissingRole(uint32 participant, uint16 role);
    error KeyUnknown(address key, uint32 participant);
    error KeyInvalid(address key);
    error KeyExists(address key);
    error KeyHasEnded(address key, uint64 endedAt);
    error RosterFull(uint256 limit);
    error ReasonInvalid(uint16 reason, uint8 category);
    error ReasonExists(uint16 reason);
    error ReasonListInvalid(uint256 given, uint256 limit);

    /// @dev Who gets the arbitrator's role for the first time is put at the end of the roster.
    function admitParticipant(AdmitParticipant calldata request, Authorisation[] calldata authorisations) external;

    function setRoles(SetRoles calldata request, Authorisation[] calldata authorisations) external;

    function setSuspension(SetSuspension calldata request, Authorisation[] calldata authorisations) external;

    /// @dev A key stands for one participant, for ever: an ended key cannot be added again.
    function addKey(AddKey calldata request, Authorisation[] calldata authorisations) external;

    function endKey(EndKey calldata request, Authorisation[] calldata authorisations) external;

    /// @dev A contract that is listed as `ReturnLedger` may write into the records of sellers.
    function listContract(ListContract calldata request, Authorisation[] calldata authorisations) external;

    /// @dev A reason is defined once and never changes its meaning.
    function defineReasons(DefineReasons calldata request, Authorisation[] calldata authorisations) external;

    /// @notice Reverts unless enough members of the council are named, with the same nonce and deadline. Signatures, and
    /// that nobody stands twice, are for the caller to check: the digest is of its own domain.
    function requireCouncil(bytes32 digest, Authorisation[] calldata authorisations) external view;

    /// @notice The category of a reason, 0 if there is no such reason.
    function categoryOf(uint16 reason) external view returns (uint8);

    /// @notice Reverts with the reason unless `actor` may act for `participant` in one of `roles`.
    function requireRole(address actor, uint32 participant, uint16 roles) external view;

    /// @notice ROLE_* bits of a participant, suspended or not; 0 if there is none.
    function rolesOf(uint32 participant) external view returns (uint16);

    /// @notice The arbitrators in the order in which they first got that role; 0 stands for one who may not rule now.
    function roster() external view returns (uint32[] memory participants);

    /// @notice Records that a seller did not pay a ruled or agreed debt in time. Called by a listed return ledger.
    /// @dev Nothing happens if the caller is not listed: a debt must stand in its own history even so.
    function recordDefault(uint32 participant, bytes32 returnId, bytes3 currency, uint256 owedMinor) external;

    /// @notice Records that such a debt was paid later. Called by a listed return ledger.
    function settleDefault(uint32 participant, bytes32 returnId) external;

    /// @notice keccak256(abi.encode("record", participant)): the subject of a participant's public record.
    function recordOf(uint32 participant) external pure returns (bytes32);

    /// @notice Zero if `actor` may act for `participant` in one of `roles`, else the selector of the reason.
    function standing(address actor, uint32 participant, uint16 roles) external view returns (bytes4 refusal);

    /// @notice The participant that `key` stands for, 0 if none; and when the key was added and ended (0 = not).
    function keyOf(address key)
        external
        view
        returns (uint32 participant, uint64 addedAt, uint64 endedAt, bool inCustody);

    /// @notice Whether (r, s) is a P-256 signature of `hash` by the key (x, y); s in its upper half is refused.
    /// @dev Here for all contracts, as the code for chains without the precompile (EIP-7951) is long.
    function isP256Signature(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool);
}
