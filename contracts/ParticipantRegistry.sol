// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import {NO_REQUEST} from "./interfaces/IHistory.sol";
import "./interfaces/IParticipantRegistry.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";

/// @notice Members, roles and keys. The council decides by n of m signatures; the deployer keeps nothing.
contract ParticipantRegistry is History, SignedRequests, IParticipantRegistry {
    bytes32 private constant ADMIT_TYPEHASH = keccak256(
        "AdmitParticipant(uint32 participant,uint16 roles,bytes32 directory,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant SET_ROLES_TYPEHASH =
        keccak256("SetRoles(uint32 participant,uint16 roles,uint256 nonce,uint64 deadline)");
    bytes32 private constant SET_SUSPENSION_TYPEHASH =
        keccak256("SetSuspension(uint32 participant,bool suspended,uint256 nonce,uint64 deadline)");
    bytes32 private constant ADD_KEY_TYPEHASH =
        keccak256("AddKey(uint32 participant,address key,bool inCustody,uint256 nonce,uint64 deadline)");
    bytes32 private constant END_KEY_TYPEHASH = keccak256("EndKey(address key,uint256 nonce,uint64 deadline)");
    bytes32 private constant LIST_CONTRACT_TYPEHASH =
        keccak256("ListContract(bytes32 kind,address at,uint256 nonce,uint64 deadline)");
    bytes32 private constant REASON_TYPEHASH = keccak256("Reason(uint16 reason,uint8 category,bytes32 handle)");
    bytes32 private constant DEFINE_REASONS_TYPEHASH = keccak256(
        "DefineReasons(Reason[] reasons,uint256 nonce,uint64 deadline)Reason(uint16 reason,uint8 category,bytes32 handle)"
    );
    uint256 private constant REASON_LIMIT = 100; // In one act.
    uint256 private constant ROSTER_LIMIT = 64; // One bit each in a dispute.
    bytes32 private constant RETURN_LEDGER = "ReturnLedger";

    struct Participant {
        uint16 roles; // ROLE_* bits.
        bool admitted;
        bool suspended;
        bool onRoster;
    }

    struct Key {
        uint32 participant; // 0: no such key.
        uint64 addedAt; // Unix seconds UTC, block time.
        uint64 endedAt; // Unix seconds UTC, block time; 0: not ended.
        bool inCustody;
    }

    /* STORAGE */

    mapping(uint32 participant => Participant) private _participants;
    mapping(address key => Key) private _keys;
    mapping(address member => bool) private _council;
    mapping(address listed => bytes32 kind) private _kinds;
    uint32[] private _roster;
    mapping(uint16 reason => uint8 category) private _categories;
    uint8 private immutable _threshold;

    /* CONSTRUCTOR */

    /// @param members The council, each address once.
    /// @param threshold How many of them must sign an act.
    /// @param reasons The first reasons.
    constructor(address[] memory members, uint8 threshold, Reason[] memory reasons) EIP712("ParticipantRegistry", "1") {
        if (threshold == 0 || threshold > members.length) revert CouncilInvalid(members.length, threshold);
        for (uint256 i = 0; i < members.length; ++i) {
            if (_council[members[i]]) revert CouncilMemberRepeated(members[i]);
            _council[members[i]] = true;
        }
        _threshold = threshold;
        _enter(CouncilSeated.selector, NO_REQUEST, abi.encode(uint64(block.timestamp), members, threshold));
        _define(reasons, NO_REQUEST);
    }

    /* PARTICIPANTS */

    /// @inheritdoc IParticipantRegistry
    function admitParticipant(AdmitParticipant calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest = _councilAct(
            abi.encode(ADMIT_TYPEHASH, request.participant, request.roles, request.directory), authorisations
        );
        if (request.participant == 0) revert ParticipantInvalid(request.participant);
        if (_participants[request.participant].admitted) revert ParticipantExists(request.participant);

        _participants[request.participant] = Participant(request.roles, true, false, false);
        _joinRoster(request.participant, request.roles);
        _enter(
            ParticipantAdmitted.selector,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.roles, request.directory)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function setRoles(SetRoles calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest =
            _councilAct(abi.encode(SET_ROLES_TYPEHASH, request.participant, request.roles), authorisations);
        _requireAdmitted(request.participant);

        _participants[request.participant].roles = request.roles;
        _joinRoster(request.participant, request.roles);
        _enter(
            RolesSet.selector, digest, abi.encode(uint64(block.timestamp), request.participant, request.roles)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function setSuspension(SetSuspension calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest =
            _councilAct(abi.encode(SET_SUSPENSION_TYPEHASH, request.participant, request.suspended), authorisations);
        _requireAdmitted(request.participant);

        _participants[request.participant].suspended = request.suspended;
        _enter(
            SuspensionSet.selector,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.suspended)
        );
    }

    /// @dev A place is kept for ever, so that the order never changes.
    function _joinRoster(uint32 participant, uint16 roles) private {
        Participant storage joining = _participants[participant];
        if (roles & ROLE_ARBITRATOR == 0 || joining.onRoster) return;
        if (_roster.length == ROSTER_LIMIT) revert RosterFull(ROSTER_LIMIT);
        joining.onRoster = true;
        _roster.push(participant);
    }

    /// @inheritdoc IParticipantRegistry
    function rolesOf(uint32 participant) external view returns (uint16) {
        return _participants[participant].roles;
    }

    /// @inheritdoc IParticipantRegistry
    function roster() external view returns (uint32[] memory participants) {
        participants = _roster;
        for (uint256 i = 0; i < participants.length; ++i) {
            Participant storage found = _participants[participants[i]];
            if (found.suspended || found.roles & ROLE_ARBITRATOR == 0) participants[i] = 0;
        }
    }

    function _requireAdmitted(uint32 participant) private view {
        if (!_participants[participant].admitted) revert ParticipantUnknown(participant);
    }

    /* KEYS */

    /// @inheritdoc IParticipantRegistry
    function addKey(AddKey calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest = _councilAct(
            abi.encode(ADD_KEY_TYPEHASH, request.participant, request.key, request.inCustody), authorisations
        );
        _requireAdmitted(request.participant);
        if (request.key == address(0)) revert KeyInvalid(request.key);
        if (_keys[request.key].participant != 0) revert KeyExists(request.key);

        _keys[request.key] = Key(request.participant, uint64(block.timestamp), 0, request.inCustody);
        _enter(
            KeyAdded.selector,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.key, request.inCustody)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function endKey(EndKey calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest = _councilAct(abi.encode(END_KEY_TYPEHASH, request.key), authorisations);
        Key storage key = _keys[request.key];
        if (key.participant == 0) revert KeyUnknown(request.key, 0);
        if (key.endedAt != 0) revert KeyHasEnded(request.key, key.endedAt);

        key.endedAt = uint64(block.timestamp);
        _enter(KeyEnded.selector, digest, abi.encode(uint64(block.timestamp), key.participant, request.key));
    }

    /// @inheritdoc IParticipantRegistry
    function keyOf(address key)
        external
        view
        returns (uint32 participant, uint64 addedAt, uint64 endedAt, bool inCustody)
    {
        Key storage found = _keys[key];
        return (found.participant, found.addedAt, found.endedAt, found.inCustody);
    }

    /* CONTRACTS */

    /// @inheritdoc IParticipantRegistry
    function listContract(ListContract calldata request, Authorisation[] calldata authorisations) external {
        bytes32 digest =
            _councilAct(abi.encode(LIST_CONTRACT_TYPEHASH, request.kind, request.at), authorisations);
        _kinds[request.at] = request.kind;
        _enter(ContractListed.selector, digest, abi.encode(uint64(block.timestamp), request.kind, request.at));
    }

    /* PUBLIC RECORD */

    /// @inheritdoc IParticipantRegistry
    function recordDefault(uint32 participant, bytes32 returnId, bytes3 currency, uint256 owedMinor) external {
        if (_kinds[msg.sender] != RETURN_LEDGER) return;
        _record(
            DefaultRecorded.selector,
            recordOf(participant),
            NO_REQUEST,
            abi.encode(uint64(block.timestamp), participant, returnId, currency, owedMinor)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function settleDefault(uint32 participant, bytes32 returnId) external {
        if (_kinds[msg.sender] != RETURN_LEDGER) return;
        _record(
            DefaultSettled.selector,
            recordOf(participant),
            NO_REQUEST,
            abi.encode(uint64(block.timestamp), participant, returnId)
        );
    }

    /// @inheritdoc IParticipantRegistry
    function recordOf(uint32 participant) public pure returns (bytes32) {
        return keccak256(abi.encode(bytes32("record"), participant));
    }

    /* REASONS */

    /// @inheritdoc IParticipantRegistry
    function defineReasons(DefineReasons calldata request, Authorisation[] calldata authorisations) external {
        Reason[] memory reasons = request.reasons;
        bytes32[] memory hashes = new bytes32[](reasons.length);
        for (uint256 i = 0; i < reasons.length; ++i) {
            hashes[i] = keccak256(abi.encode(REASON_TYPEHASH, reasons[i]));
        }
        bytes memory fields = abi.encode(DEFINE_REASONS_TYPEHASH, keccak256(abi.encodePacked(hashes)));
        _define(reasons, _councilAct(fields, authorisations));
    }

    function _define(Reason[] memory reasons, bytes32 request) private {
        if (reasons.length == 0 || reasons.length > REASON_LIMIT) {
            revert ReasonListInvalid(reasons.length, REASON_LIMIT);
        }
        for (uint256 i = 0; i < reasons.length; ++i) {
            (uint16 reason, uint8 category) = (reasons[i].reason, reasons[i].category);
            if (reason == 0 || category == 0 || category > CATEGORY_CORRECTION) revert ReasonInvalid(reason, category);
            if (_categories[reason] != 0) revert ReasonExists(reason);
            _categories[reason] = category;
        }
        _enter(ReasonsDefined.selector, request, abi.encode(uint64(block.timestamp), reasons));
    }

    /// @inheritdoc IParticipantRegistry
    function categoryOf(uint16 reason) external view returns (uint8) {
        return _categories[reason];
    }

    /* SIGNATURES */

    /// @inheritdoc IParticipantRegistry
    function isP256Signature(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool) {
        return P256.verify(hash, r, s, x, y);
    }

    /* STANDING */

    /// @inheritdoc IParticipantRegistry
    function requireRole(address actor, uint32 participant, uint16 roles) external view {
        bytes4 refusal = standing(actor, participant, roles);
        if (refusal == bytes4(0)) return;
        if (refusal == KeyUnknown.selector) revert KeyUnknown(actor, participant);
        if (refusal == KeyHasEnded.selector) revert KeyHasEnded(actor, _keys[actor].endedAt);
        if (refusal == ParticipantSuspended.selector) revert ParticipantSuspended(participant);
        revert ParticipantMissingRole(participant, roles);
    }

    /// @inheritdoc IParticipantRegistry
    function standing(address actor, uint32 participant, uint16 roles) public view returns (bytes4 refusal) {
        Key storage key = _keys[actor];
        // Participant 0 is nobody, so that a key that was never added cannot stand for it.
        if (participant == 0 || key.participant != participant) return KeyUnknown.selector;
        if (key.endedAt != 0) return KeyHasEnded.selector;
        Participant storage found = _participants[participant];
        if (found.suspended) return ParticipantSuspended.selector;
        if (found.roles & roles == 0) return ParticipantMissingRole.selector;
        return bytes4(0);
    }

    /* COUNCIL */

    /// @dev Checks that enough different members of the council signed the same act; returns its digest.
    /// `fields` is the type hash and the encoded fields of the request, without nonce and deadline.
    function _councilAct(bytes memory fields, Authorisation[] calldata authorisations) private returns (bytes32) {
        if (authorisations.length == 0) revert RequestAuthorisationMissing(0, _threshold);
        bytes32 digest = _digestOf(fields, authorisations[0].nonce, authorisations[0].deadline);
        requireCouncil(digest, authorisations);
        for (uint256 i = 0; i < authorisations.length; ++i) {
            // A member who stands here twice fails at the second: the nonce is used by then.
            _authorise(digest, authorisations[i]);
        }
        return digest;
    }

    /// @inheritdoc IParticipantRegistry
    function requireCouncil(bytes32 digest, Authorisation[] calldata authorisations) public view {
        if (authorisations.length < _threshold) {
            revert RequestAuthorisationMissing(authorisations.length, _threshold);
        }
        for (uint256 i = 0; i < authorisations.length; ++i) {
            if (!_council[authorisations[i].actor]) revert CouncilNotMember(authorisations[i].actor);
            bool same = authorisations[i].nonce == authorisations[0].nonce
                && authorisations[i].deadline == authorisations[0].deadline;
            if (!same) revert RequestSignerMismatch(authorisations[i].actor, digest);
        }
    }

    function _enter(bytes32 topic, bytes32 request, bytes memory data) private {
        _record(topic, REGISTRY_SUBJECT, request, data);
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return this;
    }
}
