// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import {IParticipantRegistry, ROLE_SELLER} from "./interfaces/IParticipantRegistry.sol";
import "./interfaces/IPolicyBook.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {Fees} from "./libraries/RefundRule.sol";

/// @notice Versioned return terms; a version never changes.
contract PolicyBook is History, SignedRequests, IPolicyBook {
    bytes32 private constant FEES_TYPEHASH = keccak256(
        "Fees(uint16 restockingChangeOfMindBasisPoints,uint16 restockingSellerFaultBasisPoints,uint16 restockingCarrierFaultBasisPoints,uint48 returnShippingChangeOfMindMinor,uint48 returnShippingSellerFaultMinor,uint48 returnShippingCarrierFaultMinor,bool refundsDelivery)"
    );
    bytes32 private constant DISPUTES_TYPEHASH = keccak256(
        "DisputeTerms(uint32 dispute_s,uint32 respond_s,uint32 inquiry_s,uint32 evidence_s,uint32 rule_s,uint32 appeal_s,uint48 costMinor,bool buyerByDefault,address arbitrator)"
    );
    bytes32 private constant METHODS_TYPEHASH = keccak256("ReturnMethods(bytes2 country,uint16 methods)");
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,uint32 confirm_s,uint32 grace_s,uint32 supply_s,uint32 reopen_s,uint32 recovery_s,uint32 withdrawal_s,uint32 uninformed_s,uint8 resolutions,uint8 choices,bytes3 currency,Fees fees)Fees(uint16 restockingChangeOfMindBasisPoints,uint16 restockingSellerFaultBasisPoints,uint16 restockingCarrierFaultBasisPoints,uint48 returnShippingChangeOfMindMinor,uint48 returnShippingSellerFaultMinor,uint48 returnShippingCarrierFaultMinor,bool refundsDelivery)"
    );
    bytes32 private constant PUBLISH_TYPEHASH = keccak256(
        "PublishPolicy(uint32 participant,uint32 series,uint32 version,Terms terms,DisputeTerms disputes,ReturnMethods[] methods,bytes32 document,uint256 nonce,uint64 deadline)DisputeTerms(uint32 dispute_s,uint32 respond_s,uint32 inquiry_s,uint32 evidence_s,uint32 rule_s,uint32 appeal_s,uint48 costMinor,bool buyerByDefault,address arbitrator)Fees(uint16 restockingChangeOfMindBasisPoints,uint16 restockingSellerFaultBasisPoints,uint16 restockingCarrierFaultBasisPoints,uint48 returnShippingChangeOfMindMinor,uint48 returnShippingSellerFaultMinor,uint48 returnShippingCarrierFaultMinor,bool refundsDelivery)ReturnMethods(bytes2 country,uint16 methods)Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,uint32 confirm_s,uint32 grace_s,uint32 supply_s,uint32 reopen_s,uint32 recovery_s,uint32 withdrawal_s,uint32 uninformed_s,uint8 resolutions,uint8 choices,bytes3 currency,Fees fees)"
    );
    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant METHODS_LIMIT = 250;
    uint256 private constant TERMS_HEAD_BYTES = 16 * 32; // The fields before `fees`.
    /// @dev Positions of fields, for PolicyTermsInvalid.
    uint256 private constant FIELD_GRACE = 7;
    uint256 private constant FIELD_UNINFORMED = 12;
    uint256 private constant FIELD_RESOLUTIONS = 13;
    uint256 private constant FIELD_CHOICES = 14;
    uint256 private constant FIELD_CURRENCY = 15;
    uint256 private constant FIELD_FEES = 16;
    uint256 private constant DISPUTE_PERIODS = 6; // The first fields of DisputeTerms.

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry private immutable _registry;
    mapping(bytes32 policy => mapping(uint32 version => Terms)) private _terms;
    mapping(bytes32 policy => mapping(uint32 version => DisputeTerms)) private _disputes;
    mapping(bytes32 policy => uint32) private _latest;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry) EIP712("PolicyBook", "1") {
        _registry = registry;
    }

    /* PUBLISHING */

    /// @inheritdoc IPolicyBook
    function publishPolicy(PublishPolicy calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(request, authorisation);
        bytes32 policy = policyId(request.participant, request.series);
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, request.participant, ROLE_SELLER);
        uint32 needed = _latest[policy] + 1;
        if (request.version != needed) revert PolicyVersionWrong(policy, request.version, needed);
        _check(request.terms);
        _checkDisputes(request.disputes, request.terms);
        _checkMethods(request.methods);

        _latest[policy] = request.version;
        _terms[policy][request.version] = request.terms;
        _disputes[policy][request.version] = request.disputes;
        _record(
            PolicyPublished.selector,
            policy,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.series,
                request.version,
                request.terms,
                request.disputes,
                request.methods,
                request.document
            )
        );
    }

    /// @dev A period of 0 would end a turn before it began; only the grace and the time added for a buyer who was not
    /// told may be 0. The first 13 fields are periods, each a word of the calldata.
    function _check(Terms calldata terms) private pure {
        for (uint256 field = 0; field <= FIELD_UNINFORMED; ++field) {
            uint256 period_s;
            assembly ("memory-safe") {
                period_s := calldataload(add(terms, mul(field, 32)))
            }
            if (period_s == 0 && field != FIELD_GRACE && field != FIELD_UNINFORMED) {
                revert PolicyTermsInvalid(field, 0);
            }
        }
        // Bit 0 stands for Resolution.NONE; the last resolution is number 4.
        if (terms.resolutions & 1 != 0 || terms.resolutions > 31) {
            revert PolicyTermsInvalid(FIELD_RESOLUTIONS, terms.resolutions);
        }
        if (terms.currency == 0) revert PolicyTermsInvalid(FIELD_CURRENCY, 0);
        if (terms.choices > CHOICES) revert PolicyTermsInvalid(FIELD_CHOICES, terms.choices);
        Fees calldata fees = terms.fees;
        if (
            fees.restockingChangeOfMindBasisPoints > BASIS_POINTS || fees.restockingSellerFaultBasisPoints > BASIS_POINTS
                || fees.restockingCarrierFaultBasisPoints > BASIS_POINTS
        ) revert PolicyTermsInvalid(FIELD_FEES, BASIS_POINTS);
    }

    /// @dev Nobody is silenced by a period of 0, and no return closes by silence while it may still be disputed.
    function _checkDisputes(DisputeTerms calldata disputes, Terms calldata terms) private pure {
        for (uint256 field = 0; field < DISPUTE_PERIODS; ++field) {
            uint256 period_s;
            assembly ("memory-safe") {
                period_s := calldataload(add(disputes, mul(field, 32)))
            }
            if (period_s == 0) revert PolicyDisputesInvalid(field, 0);
        }
        if (disputes.dispute_s > terms.confirm_s || disputes.dispute_s > terms.reopen_s) {
            revert PolicyDisputesInvalid(0, disputes.dispute_s);
        }
    }

    /// @dev Sorted, so that no country stands twice.
    function _checkMethods(ReturnMethods[] calldata methods) private pure {
        if (methods.length > METHODS_LIMIT) revert PolicyMethodsInvalid(METHODS_LIMIT);
        for (uint256 i = 1; i < methods.length; ++i) {
            if (methods[i].country <= methods[i - 1].country) revert PolicyMethodsInvalid(i);
        }
    }

    function _digest(PublishPolicy calldata request, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    PUBLISH_TYPEHASH,
                    request.participant,
                    request.series,
                    request.version,
                    _hashTerms(request.terms),
                    keccak256(abi.encode(DISPUTES_TYPEHASH, request.disputes)),
                    _hashMethods(request.methods),
                    request.document,
                    authorisation.nonce,
                    authorisation.deadline
                )
            )
        );
    }

    function _hashTerms(Terms calldata terms) private pure returns (bytes32) {
        bytes memory encoded = abi.encode(terms);
        bytes memory periods = new bytes(TERMS_HEAD_BYTES);
        assembly ("memory-safe") {
            mcopy(add(periods, 32), add(encoded, 32), TERMS_HEAD_BYTES)
        }
        return keccak256(bytes.concat(TERMS_TYPEHASH, periods, keccak256(abi.encode(FEES_TYPEHASH, terms.fees))));
    }

    function _hashMethods(ReturnMethods[] calldata methods) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](methods.length);
        for (uint256 i = 0; i < methods.length; ++i) {
            hashes[i] = keccak256(abi.encode(METHODS_TYPEHASH, methods[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /* READING */

    /// @inheritdoc IPolicyBook
    function policyId(uint32 participant, uint32 series) public pure returns (bytes32) {
        return keccak256(abi.encode(participant, series));
    }

    /// @inheritdoc IPolicyBook
    function termsOf(bytes32 policy, uint32 version) external view returns (Terms memory) {
        return _existing(policy, version);
    }

    /// @inheritdoc IPolicyBook
    function currencyOf(bytes32 policy, uint32 version) external view returns (bytes3 currency) {
        // Never zero, so a version without one does not exist.
        currency = _terms[policy][version].currency;
        if (currency == 0) revert PolicyUnknown(policy, version);
    }

    /// @inheritdoc IPolicyBook
    function feesOf(bytes32 policy, uint32 version) external view returns (Fees memory) {
        return _terms[policy][version].fees;
    }

    /// @inheritdoc IPolicyBook
    function windowsOf(bytes32 policy, uint32 version)
        external
        view
        returns (uint256 window_s, uint256 withdrawal_s, uint256 uninformed_s, uint8 resolutions)
    {
        Terms storage terms = _existing(policy, version);
        return (
            terms.window_s,
            uint256(terms.withdrawal_s) + terms.grace_s,
            terms.uninformed_s,
            terms.resolutions
        );
    }

    /// @inheritdoc IPolicyBook
    function disputeTermsOf(bytes32 policy, uint32 version)
        external
        view
        returns (DisputeTerms memory terms, uint32 grace_s)
    {
        return (_disputes[policy][version], _existing(policy, version).grace_s);
    }

    /// @dev The window of a version is never 0, so a version without one does not exist.
    function _existing(bytes32 policy, uint32 version) private view returns (Terms storage terms) {
        terms = _terms[policy][version];
        if (terms.window_s == 0) revert PolicyUnknown(policy, version);
    }

    /// @inheritdoc IPolicyBook
    function latestVersion(bytes32 policy) external view returns (uint32) {
        return _latest[policy];
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return _registry;
    }
}
