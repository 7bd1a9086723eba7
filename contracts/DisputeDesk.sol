// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DisputeBase} from "./base/DisputeBase.sol";
import {IArbitrable} from "./interfaces/IArbitration.sol";
import "./interfaces/IDisputeDesk.sol";
import {
    IParticipantRegistry,
    ROLE_CARRIER,
    ROLE_INSPECTOR,
    ROLE_SELLER
} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import {Award, IReturnLedger, ReturnParties} from "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice Disputes from opening to end; `ReturnLedger` gives effect to how they end.
/// @dev One contract cannot hold all of it: `DisputeRulings` runs on this contract's storage and in its name.
contract DisputeDesk is DisputeBase, IDisputeDesk {
    bytes32 private constant OPEN_TYPEHASH = keccak256(
        "OpenDispute(bytes32 returnId,uint32 number,uint32 participant,uint8 ground,bytes32 statement,bytes32 seedHash,Award claim,ParcelReference[] parcels,uint256 nonce,uint64 deadline)Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)ParcelReference(uint32 carrier,bytes32 tracking)"
    );
    bytes32 private constant PARCEL_REFERENCE_TYPEHASH = keccak256("ParcelReference(uint32 carrier,bytes32 tracking)");
    bytes32 private constant ANSWER_TYPEHASH = keccak256(
        "AnswerDispute(bytes32 dispute,uint32 participant,bytes32 statement,bytes32 seed,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant OFFER_TYPEHASH = keccak256(
        "MakeOffer(bytes32 dispute,uint32 participant,bytes32 statement,Award award,uint256 nonce,uint64 deadline)Award(uint48 extraMinor,uint48 unpaidMinor,uint16 buyerCostBasisPoints,AwardedLine[] lines)AwardedLine(uint8 line,uint24 accepted,uint24 rejected,uint24 awaited,uint16 awardBasisPoints,uint8 category)"
    );
    bytes32 private constant ACCEPT_TYPEHASH =
        keccak256("AcceptOffer(bytes32 dispute,uint32 participant,bytes32 offer,uint256 nonce,uint64 deadline)");
    bytes32 private constant EVIDENCE_TYPEHASH = keccak256(
        "SubmitEvidence(bytes32 dispute,uint32 participant,uint8 kind,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant WITHDRAW_TYPEHASH =
        keccak256("WithdrawDispute(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)");

    uint256 private constant OFFER_LIMIT = 10; // Of each side of a dispute.
    uint256 private constant EVIDENCE_LIMIT = 50; // Of each side of a dispute.

    address private immutable _rulings;

    /* CONSTRUCTOR */

    /// @param rulings A DisputeRulings with the same three contracts.
    constructor(IParticipantRegistry registry, IPolicyBook policies, IReturnLedger ledger, address rulings)
        EIP712("DisputeDesk", "1")
        DisputeBase(registry, policies, ledger)
    {
        // Whoever deploys compares code and addresses; with a wrong part no dispute gets an arbitrator.
        // slither-disable-next-line missing-zero-check
        _rulings = rulings;
    }

    /* OPENING */

    /// @inheritdoc IDisputeDesk
    function openDispute(OpenDispute calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _hashOpen(request, authorisation);
        _authorise(digest, authorisation);
        ReturnParties memory parties = _ledger.partiesOf(request.returnId);
        bool byBuyer = _sideOf(request.returnId, parties, request.participant, authorisation.actor);
        bytes32 dispute = _count(request.returnId, request.number, byBuyer);
        if (request.ground == DisputeGround.NONE) revert DisputeGroundInvalid();
        _checkParcels(request, parties.parcels);

        Dispute storage opened = _disputes[dispute];
        opened.returnId = request.returnId;
        opened.policy = parties.policy;
        opened.policyVersion = parties.policyVersion;
        opened.seedHash = request.seedHash;
        opened.stage = DisputeStage.INQUIRY;
        opened.byBuyer = byBuyer;
        opened.since = uint40(block.timestamp);
        uint32[] memory eligible = _fixRoster(opened, parties, request.parcels);
        _keep(dispute, CLAIM, digest, request.claim);
        _recordOpened(request, dispute, digest, eligible);
        _ledger.beginDispute(request.returnId, dispute, byBuyer, request.claim, digest);
    }

    function _hashOpen(OpenDispute calldata request, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](request.parcels.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(PARCEL_REFERENCE_TYPEHASH, request.parcels[i]));
        }
        return _digestOf(
            abi.encode(
                OPEN_TYPEHASH,
                request.returnId,
                request.number,
                request.participant,
                request.ground,
                request.statement,
                request.seedHash,
                ReturnHash.ofAward(request.claim),
                keccak256(abi.encodePacked(hashes))
            ),
            authorisation.nonce,
            authorisation.deadline
        );
    }

    function _recordOpened(OpenDispute calldata request, bytes32 dispute, bytes32 digest, uint32[] memory eligible)
        private
    {
        _record(
            DisputeOpened.selector,
            dispute,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.returnId,
                request.number,
                request.participant,
                request.ground,
                request.statement,
                request.seedHash,
                request.claim,
                eligible
            )
        );
    }

    /// @dev The next number of the return; each side has few, so that disputes do not follow each other for ever.
    function _count(bytes32 returnId, uint32 number, bool byBuyer) private returns (bytes32 dispute) {
        Counts storage counts = _counts[returnId];
        if (number != counts.all + 1) revert DisputeNumberWrong(returnId, number, counts.all + 1);
        uint256 before = byBuyer ? counts.buyer : counts.seller;
        if (before >= DISPUTE_LIMIT) revert DisputeLimitReached(returnId, DISPUTE_LIMIT);
        counts.all = number;
        if (byBuyer) counts.buyer += 1;
        else counts.seller += 1;
        return disputeIdOf(returnId, number);
    }

    /// @dev All parcels of the return are named, as their ids do not say who carried them.
    function _checkParcels(OpenDispute calldata request, bytes32[] memory parcels) private pure {
        if (request.parcels.length != parcels.length) {
            revert DisputeParcelsDiffer(request.returnId, request.parcels.length);
        }
        for (uint256 i = 0; i < parcels.length; ++i) {
            ParcelReference calldata given = request.parcels[i];
            if (keccak256(abi.encode(given.carrier, given.tracking)) != parcels[i]) {
                revert DisputeParcelsDiffer(request.returnId, i);
            }
        }
    }

    /// @dev Who may get the case is settled here; later the roster can only lose members.
    function _fixRoster(Dispute storage opened, ReturnParties memory parties, ParcelReference[] calldata parcels)
        private
        returns (uint32[] memory eligible)
    {
        uint32[] memory roster = _registry.roster();
        eligible = new uint32[](roster.length);
        uint64 bits;
        uint256 count;
        for (uint256 place = 0; place < roster.length; ++place) {
            uint32 participant = roster[place];
            if (participant == 0 || _isInvolved(participant, parties, parcels)) continue;
            bits |= uint64(1) << uint64(place);
            eligible[count] = participant;
            ++count;
        }
        assembly ("memory-safe") {
            mstore(eligible, count)
        }
        opened.eligible = bits;
    }

    /// @dev Whom a side named counts only if it may act as that: otherwise naming would be a way to choose.
    function _isInvolved(uint32 participant, ReturnParties memory parties, ParcelReference[] calldata parcels)
        private
        view
        returns (bool)
    {
        if (participant == parties.seller) return true;
        uint16 roles = participant == parties.inspector ? ROLE_SELLER | ROLE_INSPECTOR : 0;
        for (uint256 i = 0; i < parcels.length; ++i) {
            if (parcels[i].carrier == participant) roles |= ROLE_CARRIER;
        }
        // At most as many as the roster, of a contract of ours.
        // slither-disable-next-line calls-loop
        return roles != 0 && _registry.rolesOf(participant) & roles != 0;
    }

    /// @inheritdoc IDisputeDesk
    function answerDispute(AnswerDispute calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, abi.encode(ANSWER_TYPEHASH, request), authorisation);
        if (byBuyer == found.byBuyer) revert DisputeNotParty(request.dispute, authorisation.actor);
        _requireStage(request.dispute, found, DisputeStage.INQUIRY);

        // Never zero, which stands for no answer.
        found.draw = keccak256(abi.encode(request.seed));
        found.stage = DisputeStage.ANSWERED;
        found.since = uint40(block.timestamp);
        _record(
            DisputeAnswered.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.statement, request.seed)
        );
    }

    /* OFFERS */

    // The ledger, asked whether the award could take effect, is a contract of ours that calls nobody back.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign
    /// @inheritdoc IDisputeDesk
    function makeOffer(MakeOffer calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(
            OFFER_TYPEHASH, request.dispute, request.participant, request.statement, ReturnHash.ofAward(request.award)
        );
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, fields, authorisation);
        _requireOpen(request.dispute, found);
        if ((byBuyer ? found.buyerOffers : found.sellerOffers) >= OFFER_LIMIT) {
            revert OfferLimitReached(request.dispute, OFFER_LIMIT);
        }
        _checkAward(request.dispute, found, request.award);

        if (byBuyer) found.buyerOffers += 1;
        else found.sellerOffers += 1;
        _keep(request.dispute, byBuyer ? BUYERS_OFFER : SELLERS_OFFER, digest, request.award);
        _record(
            OfferMade.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.statement, request.award)
        );
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign

    /// @inheritdoc IDisputeDesk
    function acceptOffer(AcceptOffer calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, abi.encode(ACCEPT_TYPEHASH, request), authorisation);
        _requireOpen(request.dispute, found);
        Offer storage offer = _offers[request.dispute][byBuyer ? SELLERS_OFFER : BUYERS_OFFER];
        if (offer.request != request.offer && byBuyer != found.byBuyer) offer = _offers[request.dispute][CLAIM];
        if (request.offer == 0 || offer.request != request.offer) revert OfferUnknown(request.dispute, request.offer);

        _record(
            OfferAccepted.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.offer)
        );
        _end(request.dispute, found, DisputeEnding.SETTLED, Verdict.AWARDED, offer.award, 0, digest);
    }

    /* EVIDENCE */

    /// @inheritdoc IDisputeDesk
    function submitEvidence(SubmitEvidence calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, abi.encode(EVIDENCE_TYPEHASH, request), authorisation);
        _requireOpen(request.dispute, found);
        DisputeStage stage = found.stage;
        bool early = stage == DisputeStage.INQUIRY || stage == DisputeStage.ANSWERED;
        if (!early && (stage == DisputeStage.RULED || block.timestamp >= found.evidenceUntil)) {
            revert EvidenceTooLate(request.dispute, found.evidenceUntil);
        }
        if (request.kind == EvidenceKind.NONE) revert EvidenceKindInvalid();
        if ((byBuyer ? found.buyerEvidence : found.sellerEvidence) >= EVIDENCE_LIMIT) {
            revert EvidenceLimitReached(request.dispute, EVIDENCE_LIMIT);
        }

        if (byBuyer) found.buyerEvidence += 1;
        else found.sellerEvidence += 1;
        _record(
            EvidenceSubmitted.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant, request.kind, request.document)
        );
    }

    /* SECOND THOUGHTS */

    /// @inheritdoc IDisputeDesk
    function withdrawDispute(WithdrawDispute calldata request, Authorisation calldata authorisation) external {
        (Dispute storage found, bytes32 digest, bool byBuyer) =
            _asSide(request.dispute, request.participant, abi.encode(WITHDRAW_TYPEHASH, request), authorisation);
        if (byBuyer != found.byBuyer) revert DisputeNotParty(request.dispute, authorisation.actor);
        if (found.stage > DisputeStage.UNDER_REVIEW) {
            revert DisputeWrongStage(request.dispute, found.stage, DisputeStage.UNDER_REVIEW);
        }

        _record(
            DisputeWithdrawn.selector,
            request.dispute,
            digest,
            abi.encode(uint64(block.timestamp), request.participant)
        );
        _withdraw(request.dispute, found, digest);
    }

    /* READING */

    /// @inheritdoc IDisputeDesk
    function turnOf(bytes32 dispute) external view returns (DisputeTurn memory) {
        return _turnOf(_existing(dispute));
    }

    /// @inheritdoc IDisputeDesk
    function standingOf(bytes32 dispute)
        external
        view
        returns (DisputeStage stage, DisputeEnding ending, bytes32 returnId, uint32 arbitrator)
    {
        Dispute storage found = _disputes[dispute];
        return (found.stage, found.ending, found.returnId, found.arbitrator);
    }

    /// @inheritdoc IDisputeDesk
    function disputeIdOf(bytes32 returnId, uint32 number) public pure returns (bytes32) {
        return keccak256(abi.encode(returnId, number));
    }

    /* RUN BY DISPUTERULINGS */

    /// @inheritdoc IDisputeDesk
    function escalateDispute(EscalateDispute calldata, Authorisation calldata) external {
        _run();
    }

    /// @inheritdoc IDisputeDesk
    function recuseArbitrator(RecuseArbitrator calldata, Authorisation calldata) external {
        _run();
    }

    /// @inheritdoc IDisputeDesk
    function giveRuling(GiveRuling calldata, Authorisation calldata) external {
        _run();
    }

    /// @inheritdoc IDisputeDesk
    function appealRuling(AppealRuling calldata, Authorisation calldata) external {
        _run();
    }

    /// @inheritdoc IDisputeDesk
    function givePanelRuling(GivePanelRuling calldata, Authorisation[] calldata) external {
        _run();
    }

    /// @inheritdoc IDisputeDesk
    function enforce(bytes32) external {
        _run();
    }

    /// @inheritdoc IArbitrable
    function rule(uint256, uint256) external {
        _run();
    }

    /// @dev Runs the same call in the part, on this storage; its refusal is passed on unchanged.
    function _run() private {
        address part = _rulings;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            if iszero(delegatecall(gas(), part, free, calldatasize(), 0, 0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}
